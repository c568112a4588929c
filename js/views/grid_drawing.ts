import type { WeightRamp } from "../core/ramp.js";
import { cellColours, cellImage, hatch } from "./cell_image.js";
import type { AttentionGridData } from "./grid_data.js";
import type { GridLayout } from "./grid_layout.js";
import type { Ink } from "./ink.js";

export interface GridScene {
  data: AttentionGridData;
  layout: GridLayout;
  colours: string[];
  ink: Ink;
  /** One picture a layer, all of its heads side by side. */
  strip(row: number): HTMLCanvasElement | null;
  pointed: { row: number; column: number } | null;
  /** What of the grid is seen. */
  view: { x: number; y: number; width: number; height: number };
}

type Context = CanvasRenderingContext2D;

/** The heads of a layer side by side, one pixel a cell. */
export function layerStrip(data: AttentionGridData, row: number, ramp: WeightRamp): HTMLCanvasElement | null {
  const [, heads, rows, columns] = data.shape;
  const canvas = document.createElement("canvas");
  canvas.width = heads * columns;
  canvas.height = rows;
  const context = canvas.getContext("2d");
  if (context === null) return null;
  const colours = cellColours(ramp);
  for (let head = 0; head < (data.heads[row] ?? 0); head++) {
    const start = (row * heads + head) * rows * columns;
    const levels = data.thumbnails.subarray(start, start + rows * columns);
    const part = { rows: [0, rows] as [number, number], columns: [0, columns] as [number, number] };
    const image = cellImage({ levels, columns }, part, colours, data.direction === "rtl");
    if (image !== null) context.putImageData(image, head * columns, 0);
  }
  return canvas;
}

/** What is seen of the grid, and nothing more; numbers stay at the edges while the thumbnails scroll. */
export function drawGrid(context: Context, scene: GridScene): void {
  const { data, layout, view } = scene;
  const { left, top, pitch, thumb } = layout;
  const seen = (offset: number, room: number, count: number): [number, number] => [
    Math.max(0, Math.floor(offset / pitch)),
    Math.min(count, Math.ceil((offset + room) / pitch)),
  ];
  const rows = seen(view.y, view.height - top, layout.rows);
  const columns = seen(view.x, view.width - left, layout.columns);
  context.save();
  context.beginPath();
  context.rect(left - 4, top - 4, view.width, view.height);
  context.clip();
  for (let row = rows[0]; row < rows[1]; row++) {
    const strip = scene.strip(row);
    const last = Math.min(columns[1], data.heads[row] ?? 0);
    for (let column = columns[0]; column < last; column++) {
      const [x, y] = [left + column * pitch - view.x, top + row * pitch - view.y];
      drawThumb(context, scene, strip, column, { x, y, width: thumb, height: thumb });
      frameThumb(context, scene, row, column, x, y);
    }
  }
  context.restore();
  drawNumbers(context, scene, rows, columns);
}

export function drawThumb(
  context: Context,
  { data, ink }: Pick<GridScene, "data" | "ink">,
  strip: HTMLCanvasElement | null,
  column: number,
  box: { x: number; y: number; width: number; height: number },
): void {
  hatch(context, box, ink.muted, box.width > 80 ? 6 : 4);
  if (strip === null) return;
  const [, , rows, columns] = data.shape;
  // Enlarged, cells stay cells; reduced, none of them is skipped.
  context.imageSmoothingEnabled = box.width < columns;
  context.drawImage(strip, column * columns, 0, columns, rows, box.x, box.y, box.width, box.height);
}

function frameThumb(
  context: Context,
  scene: GridScene,
  row: number,
  column: number,
  x: number,
  y: number,
): void {
  const { data, layout, ink, colours, pointed } = scene;
  const on = data.layers[row] === data.layer && data.on.includes(column);
  const under = pointed !== null && pointed.row === row && pointed.column === column;
  const grow = on || under ? 1.5 : 0.5;
  context.lineWidth = on || under ? 2 : 1;
  context.strokeStyle = on ? (colours[column] ?? ink.text) : under ? ink.text : ink.line;
  context.strokeRect(x - grow, y - grow, layout.thumb + 2 * grow, layout.thumb + 2 * grow);
}

function drawNumbers(
  context: Context,
  scene: GridScene,
  rows: [number, number],
  columns: [number, number],
): void {
  const { data, layout, ink, view, pointed } = scene;
  const { left, top, pitch, thumb } = layout;
  context.textBaseline = "middle";
  const number = (text: number, x: number, y: number, strong: boolean) => {
    context.font = `${strong ? "600 " : ""}11px ${ink.family}`;
    context.fillStyle = strong ? ink.text : ink.muted;
    context.fillText(String(text), x, y);
  };
  context.textAlign = "right";
  for (let row = rows[0]; row < rows[1]; row++) {
    const y = top + row * pitch + thumb / 2 - view.y;
    const layer = data.layers[row] ?? row;
    if (y > top) number(layer, left - 8, y, layer === data.layer || pointed?.row === row);
  }
  context.textAlign = "center";
  for (let column = columns[0]; column < columns[1]; column++) {
    const x = left + column * pitch + thumb / 2 - view.x;
    if (x > left) number(column, x, top - 11, data.on.includes(column) || pointed?.column === column);
  }
}
