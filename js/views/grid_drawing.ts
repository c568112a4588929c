import type { WeightRamp } from "../core/ramp.js";
import { cellColours, hatch, paintCells, picture } from "./cell_image.js";
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
type Span = [start: number, stop: number];

/** The heads of a layer side by side, one pixel a cell. */
export function layerStrip(data: AttentionGridData, row: number, ramp: WeightRamp): HTMLCanvasElement | null {
  const [, heads, rows, columns] = data.shape;
  const levels = layerLevels(data, row);
  const colours = cellColours(ramp);
  return picture(heads * columns, rows, (image) => {
    for (let head = 0; head < (data.heads[row] ?? 0); head++) {
      const part = { rows: [head * rows, (head + 1) * rows] as Span, columns: [0, columns] as Span };
      paintCells(image, head * columns, { levels, columns }, part, colours, data.direction === "rtl");
    }
  });
}

/** The bytes of a layer's thumbnails. */
export function layerLevels({ shape, thumbnails }: AttentionGridData, row: number): Uint8Array {
  const size = shape[1] * shape[2] * shape[3];
  return thumbnails.subarray(row * size, (row + 1) * size);
}

/** The rows and columns of the grid that are seen. */
function seenOf({ layout, view }: GridScene): { rows: Span; columns: Span } {
  const { left, top, pitch } = layout;
  const seen = (offset: number, room: number, count: number): Span => [
    Math.max(0, Math.floor(offset / pitch)),
    Math.min(count, Math.ceil((offset + room) / pitch)),
  ];
  return {
    rows: seen(view.y, view.height - top, layout.rows),
    columns: seen(view.x, view.width - left, layout.columns),
  };
}

/** Draws each thumbnail that is seen, under the numbers at the edges. */
function eachThumb(
  context: Context,
  scene: GridScene,
  draw: (row: number, column: number, x: number, y: number) => void,
): void {
  const { data, layout, view } = scene;
  const { left, top, pitch } = layout;
  const { rows, columns } = seenOf(scene);
  context.save();
  context.beginPath();
  context.rect(left - 4, top - 4, view.width, view.height);
  context.clip();
  for (let row = rows[0]; row < rows[1]; row++) {
    const last = Math.min(columns[1], data.heads[row] ?? 0);
    for (let column = columns[0]; column < last; column++) {
      draw(row, column, left + column * pitch - view.x, top + row * pitch - view.y);
    }
  }
  context.restore();
}

/** The thumbnails that are seen, and nothing more. */
export function drawGrid(context: Context, scene: GridScene): void {
  const { thumb } = scene.layout;
  context.strokeStyle = scene.ink.line;
  context.lineWidth = 1;
  eachThumb(context, scene, (row, column, x, y) => {
    drawThumb(context, scene, scene.strip(row), column, { x, y, width: thumb, height: thumb });
    context.strokeRect(x - 0.5, y - 0.5, thumb + 1, thumb + 1);
  });
}

/** What is on show elsewhere and what is pointed at, framed; and numbers, which stay at the edges while thumbnails scroll. */
export function drawGridMarks(context: Context, scene: GridScene): void {
  const { data, ink, colours, pointed } = scene;
  const { thumb } = scene.layout;
  context.lineWidth = 2;
  eachThumb(context, scene, (row, column, x, y) => {
    const on = data.layers[row] === data.layer && data.on.includes(column);
    const under = pointed?.row === row && pointed.column === column;
    if (!on && !under) return;
    context.strokeStyle = (on && colours[column]) || ink.text;
    context.strokeRect(x - 1, y - 1, thumb + 2, thumb + 2);
  });
  drawNumbers(context, scene);
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

function drawNumbers(context: Context, scene: GridScene): void {
  const { data, layout, ink, view, pointed } = scene;
  const { rows, columns } = seenOf(scene);
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
