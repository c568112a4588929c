import { WEIGHT_NAN, WEIGHT_UNSEEN } from "../contract.js";
import type { Cells } from "../core/cells.js";
import type { WeightRamp } from "../core/ramp.js";

/** RGBA of each byte; what cannot be seen is left clear, for the hatching beneath. */
export function cellColours(ramp: WeightRamp): Uint8ClampedArray {
  const colours = new Uint8ClampedArray(4 * 256);
  for (let byte = 0; byte < WEIGHT_NAN; byte++) {
    colours.set([...ramp.levels.subarray(3 * byte, 3 * byte + 3), 255], 4 * byte);
  }
  colours.set([...ramp.nan, 255], 4 * WEIGHT_NAN);
  return colours;
}

/** Part of a map as a picture with one pixel a cell; null where there is no cell. */
export function cellPicture(
  cells: Pick<Cells, "levels" | "columns">,
  part: { rows: [number, number]; columns: [number, number] },
  ramp: WeightRamp,
  mirrored: boolean,
): HTMLCanvasElement | null {
  const [top, bottom] = part.rows;
  const [left, right] = part.columns;
  return picture(right - left, bottom - top, (image) => {
    paintCells(image, 0, cells, part, cellColours(ramp), mirrored);
  });
}

/** A canvas of these pixels; null where it would have none. */
export function picture(
  width: number,
  height: number,
  paint: (image: ImageData) => void,
): HTMLCanvasElement | null {
  if (width <= 0 || height <= 0) return null;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const image = new ImageData(width, height);
  paint(image);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return canvas;
}

/** Paints part of a map into a picture, one pixel a cell, from a column of the picture on. */
export function paintCells(
  image: ImageData,
  from: number,
  cells: Pick<Cells, "levels" | "columns">,
  part: { rows: [number, number]; columns: [number, number] },
  colours: Uint8ClampedArray,
  mirrored: boolean,
): void {
  const [top, bottom] = part.rows;
  const [left, right] = part.columns;
  const source = new Uint32Array(colours.buffer, colours.byteOffset, 256);
  const target = new Uint32Array(image.data.buffer);
  for (let row = top; row < bottom; row++) {
    const offset = row * cells.columns;
    let at = (row - top) * image.width + from;
    for (let column = left; column < right; column++) {
      const shown = mirrored ? cells.columns - 1 - column : column;
      target[at++] = source[cells.levels[offset + shown] ?? WEIGHT_UNSEEN]!;
    }
  }
}

/** Diagonal strokes over a rectangle: "cannot see". */
export function hatch(
  context: CanvasRenderingContext2D,
  box: { x: number; y: number; width: number; height: number },
  colour: string,
  spacing = 6,
): void {
  context.save();
  context.beginPath();
  context.rect(box.x, box.y, box.width, box.height);
  context.clip();
  context.beginPath();
  for (let shift = 0; shift < box.width + box.height; shift += spacing) {
    context.moveTo(box.x + shift, box.y);
    context.lineTo(box.x + shift - box.height, box.y + box.height);
  }
  context.globalAlpha = 0.35;
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.stroke();
  context.restore();
}

/** A cross around a point: "not a number". */
export function cross(context: CanvasRenderingContext2D, x: number, y: number, arm: number): void {
  context.beginPath();
  context.moveTo(x - arm, y - arm);
  context.lineTo(x + arm, y + arm);
  context.moveTo(x + arm, y - arm);
  context.lineTo(x - arm, y + arm);
  context.stroke();
}
