import { WEIGHT_NAN } from "../contract.js";
import { type Cells, poolCells } from "../core/cells.js";
import { labelStep, rowsBetween, type Transform } from "../core/geometry.js";
import type { AttentionData, AttentionViewOptions, Hover } from "./attention_data.js";
import { cellColours, cellImage, hatch } from "./cell_image.js";
import type { Ink } from "./ink.js";
import { LABEL_GAP, type MatrixLayout, TURN } from "./matrix_layout.js";

export interface MatrixScene {
  data: Pick<AttentionData, "queries" | "keys">;
  /** What rows and columns are called. */
  names: { queries: string; keys: string };
  layout: MatrixLayout;
  transform: Transform;
  cells: Cells;
  ink: Ink;
  density: number;
}

type Context = CanvasRenderingContext2D;

/** Left edge of a column, or top of a row, in the window. */
export function columnX({ layout, transform, cells }: MatrixScene, column: number): number {
  const shown = layout.mirrored ? cells.columns - 1 - column : column;
  return shown * layout.cell * transform.scale + transform.x;
}

export function rowY({ layout, transform }: MatrixScene, row: number): number {
  return row * layout.cell * transform.scale + transform.y;
}

/** Cells that can be seen now, half-open; columns counted from the left. */
function inWindow({ layout, transform, cells }: MatrixScene) {
  const height = layout.cell * transform.scale;
  const { window } = layout;
  return {
    rows: rowsBetween({ count: cells.rows, height }, -transform.y, window.height - transform.y),
    columns: rowsBetween({ count: cells.columns, height }, -transform.x, window.width - transform.x),
  };
}

/** Everything that stays while the pointer moves. Pooled maps are kept by the caller, by their factor. */
export function drawMatrix(context: Context, scene: MatrixScene, pooled: Map<number, Cells>): void {
  const { layout, ink, cells } = scene;
  const { left, top, window } = layout;
  context.save();
  context.translate(left, top);
  context.beginPath();
  context.rect(0, 0, window.width, window.height);
  context.clip();
  if (cells.hasUnseen) hatch(context, { x: 0, y: 0, ...window }, ink.muted);
  drawCells(context, scene, pooled);
  drawGaps(context, scene);
  if (cells.hasNaN) drawNaN(context, scene);
  drawSegments(context, scene);
  context.restore();
  context.strokeStyle = ink.line;
  context.lineWidth = 1;
  context.strokeRect(left - 0.5, top - 0.5, window.width + 1, window.height + 1);
  drawRowLabels(context, scene);
  drawColumnLabels(context, scene);
  drawAxisNames(context, scene);
}

function drawCells(context: Context, scene: MatrixScene, pooled: Map<number, Cells>): void {
  const { layout, transform, cells, density } = scene;
  const size = layout.cell * transform.scale;
  const factor = Math.max(1, Math.floor(1 / (size * density)));
  const drawn = pooled.get(factor) ?? poolCells(cells, factor);
  pooled.set(factor, drawn);
  const seen = inWindow(scene);
  const whole = ([start, stop]: [number, number], most: number): [number, number] => [
    Math.floor(start / factor),
    Math.min(most, Math.ceil(stop / factor)),
  ];
  const part = { rows: whole(seen.rows, drawn.rows), columns: whole(seen.columns, drawn.columns) };
  const image = cellImage(drawn, part, cellColours(scene.ink.ramp), layout.mirrored);
  if (image === null) return;
  const canvas = document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(
    canvas,
    part.columns[0] * factor * size + transform.x,
    part.rows[0] * factor * size + transform.y,
    image.width * factor * size,
    image.height * factor * size,
  );
}

/** Thin gaps where cells are large enough to be told apart. */
function drawGaps(context: Context, scene: MatrixScene): void {
  const { layout, transform, ink, density } = scene;
  const size = layout.cell * transform.scale;
  if (size < 9) return;
  const { rows, columns } = inWindow(scene);
  const sharp = (value: number) => Math.round(value * density) / density;
  context.fillStyle = ink.paper;
  for (let row = rows[0] + 1; row < rows[1]; row++) {
    context.fillRect(0, sharp(rowY(scene, row)) - 0.5, layout.window.width, 1);
  }
  for (let column = columns[0] + 1; column < columns[1]; column++) {
    context.fillRect(sharp(column * size + transform.x) - 0.5, 0, 1, layout.window.height);
  }
}

/** A cross on the bare page where there is room for one; smaller cells have the colour alone. */
function drawNaN(context: Context, scene: MatrixScene): void {
  const { layout, transform, cells, ink } = scene;
  const size = layout.cell * transform.scale;
  if (size < 7) return;
  const { rows, columns } = inWindow(scene);
  context.strokeStyle = ink.nan;
  context.lineWidth = Math.min(2, size / 8);
  for (let row = rows[0]; row < rows[1]; row++) {
    for (let at = columns[0]; at < columns[1]; at++) {
      const column = layout.mirrored ? cells.columns - 1 - at : at;
      if (cells.levels[row * cells.columns + column] !== WEIGHT_NAN) continue;
      const [x, y] = [columnX(scene, column), rowY(scene, row)];
      context.fillStyle = ink.paper;
      context.fillRect(x + 0.5, y + 0.5, size - 1, size - 1);
      const [near, far] = [size * 0.28, size * 0.72];
      context.beginPath();
      context.moveTo(x + near, y + near);
      context.lineTo(x + far, y + far);
      context.moveTo(x + far, y + near);
      context.lineTo(x + near, y + far);
      context.stroke();
    }
  }
}

function drawSegments(context: Context, scene: MatrixScene): void {
  const { data, layout, transform, ink } = scene;
  const size = layout.cell * transform.scale;
  const second = (segments: (number | null)[]) => (segments.includes(0) ? segments.indexOf(1) : -1);
  context.fillStyle = ink.muted;
  const row = second(data.queries.segments);
  if (row > 0) context.fillRect(0, Math.round(rowY(scene, row)) - 0.5, layout.window.width, 1);
  const column = second(data.keys.segments);
  const edge = columnX(scene, column) + (layout.mirrored ? size : 0);
  if (column > 0) context.fillRect(Math.round(edge) - 0.5, 0, 1, layout.window.height);
}

function font({ layout, ink }: MatrixScene): string {
  return `${layout.fontSize}px ${ink.family}`;
}

/** The label, cut with an ellipsis where it is too long. */
function cut(context: Context, label: string, room: number): string {
  if (context.measureText(label).width <= room) return label;
  const characters = Array.from(label);
  while (characters.length > 1 && context.measureText(`${characters.join("")}…`).width > room)
    characters.pop();
  return `${characters.join("")}…`;
}

function drawRowLabel(context: Context, scene: MatrixScene, row: number): void {
  const { data, layout, transform } = scene;
  const y = rowY(scene, row) + (layout.cell * transform.scale) / 2;
  if (y < 0 || y > layout.window.height) return;
  context.textAlign = "right";
  context.textBaseline = "middle";
  const label = cut(context, data.queries.labels[row] ?? "", layout.left - 2 * LABEL_GAP);
  context.fillText(label, layout.left - LABEL_GAP, layout.top + y + 0.5);
}

/** Every how many rows and columns there is room for a label. */
function labelSteps({ layout, transform }: MatrixScene): { rows: number; columns: number } {
  const size = layout.cell * transform.scale;
  const { fontSize } = layout;
  return {
    rows: labelStep(size, fontSize + 1),
    columns: labelStep(size, layout.turned ? fontSize / Math.sin(TURN) : fontSize),
  };
}

function drawRowLabels(context: Context, scene: MatrixScene): void {
  const { data, ink } = scene;
  const step = labelSteps(scene).rows;
  const [start, stop] = inWindow(scene).rows;
  context.font = font(scene);
  for (let row = Math.ceil(start / step) * step; row < stop; row += step) {
    context.fillStyle = data.queries.special[row] ? ink.muted : ink.text;
    drawRowLabel(context, scene, row);
  }
}

/** Moves to where a column's label begins, turned as the labels are. */
function atColumn(context: Context, scene: MatrixScene, column: number, draw: () => void): void {
  const { layout, transform } = scene;
  const x = columnX(scene, column) + (layout.cell * transform.scale) / 2;
  if (x < 0 || x > layout.window.width) return;
  context.save();
  context.translate(layout.left + x, layout.top - LABEL_GAP);
  if (layout.turned) context.rotate(-TURN);
  context.textAlign = layout.turned ? "left" : "center";
  context.textBaseline = layout.turned ? "middle" : "alphabetic";
  draw();
  context.restore();
}

function columnRoom({ layout }: MatrixScene): number {
  return layout.turned ? (layout.top - layout.fontSize) / Math.sin(TURN) : layout.window.width;
}

function drawColumnLabels(context: Context, scene: MatrixScene): void {
  const { data, ink } = scene;
  const step = labelSteps(scene).columns;
  context.font = font(scene);
  for (let column = 0; column < data.keys.labels.length; column += step) {
    atColumn(context, scene, column, () => {
      context.fillStyle = data.keys.special[column] ? ink.muted : ink.text;
      context.fillText(cut(context, data.keys.labels[column] ?? "", columnRoom(scene)), 0, 0);
    });
  }
}

function drawAxisNames(context: Context, scene: MatrixScene): void {
  const { layout, ink, names } = scene;
  context.font = `11px ${ink.family}`;
  context.fillStyle = ink.muted;
  context.textBaseline = "alphabetic";
  context.textAlign = "right";
  const [x, y] = [layout.left - LABEL_GAP, layout.top - LABEL_GAP];
  // Beside turned labels, which rise to the right, there is room lower down.
  const lift = layout.turned ? 5 : 0;
  context.fillText(layout.mirrored ? `← ${names.keys}` : `${names.keys} →`, x, y - lift - 15);
  context.fillText(`${names.queries} ↓`, x, y - lift);
}

/** What moves with the pointer and the pins, on a canvas of its own. */
export function drawMarks(
  context: Context,
  scene: MatrixScene,
  hover: Hover | null,
  pinned: AttentionViewOptions["pinned"],
): void {
  const { ink } = scene;
  for (const { side, start, stop } of pinned) {
    if (side === "query") rowBand(context, scene, start, stop, ink.accent);
    else columnBand(context, scene, start, stop, ink.accent);
  }
  if (hover === null) return;
  const { query, key } = hover;
  if (query !== null) rowBand(context, scene, query, query + 1, ink.text);
  if (key !== null) columnBand(context, scene, key, key + 1, ink.text);
  if (query !== null && key !== null) markCell(context, scene, query, key);
}

function rowBand(context: Context, scene: MatrixScene, start: number, stop: number, colour: string): void {
  const { layout } = scene;
  outline(
    context,
    scene,
    0,
    rowY(scene, start),
    layout.window.width,
    rowY(scene, stop) - rowY(scene, start),
    colour,
  );
  context.font = font(scene);
  for (let row = start; row < stop; row += labelSteps(scene).rows) {
    const size = rowY(scene, row + 1) - rowY(scene, row);
    const height = Math.max(size, layout.fontSize + 6);
    const y = layout.top + rowY(scene, row) + size / 2;
    if (y < layout.top || y > layout.top + layout.window.height) continue;
    pill(context, scene, 1, y - height / 2, layout.left - 3, height, colour);
    context.fillStyle = scene.ink.text;
    drawRowLabel(context, scene, row);
  }
}

function columnBand(context: Context, scene: MatrixScene, start: number, stop: number, colour: string): void {
  const { data, layout, transform } = scene;
  const size = layout.cell * transform.scale;
  const x = Math.min(columnX(scene, start), columnX(scene, stop - 1));
  outline(context, scene, x, 0, (stop - start) * size, layout.window.height, colour);
  context.font = font(scene);
  for (let column = start; column < stop; column += labelSteps(scene).columns) {
    atColumn(context, scene, column, () => {
      const label = cut(context, data.keys.labels[column] ?? "", columnRoom(scene));
      const width = context.measureText(label).width;
      const height = layout.fontSize + 6;
      if (layout.turned) pill(context, scene, -4, -height / 2, width + 8, height, colour);
      else pill(context, scene, -width / 2 - 4, -layout.fontSize - 1, width + 8, height, colour);
      context.fillStyle = scene.ink.text;
      context.fillText(label, 0, 0);
    });
  }
}

function pill(
  context: Context,
  { ink }: MatrixScene,
  x: number,
  y: number,
  width: number,
  height: number,
  colour: string,
): void {
  context.beginPath();
  context.roundRect(x, y, width, height, 3);
  context.fillStyle = ink.paper;
  context.fill();
  context.globalAlpha = 0.14;
  context.fillStyle = colour;
  context.fill();
  context.globalAlpha = 1;
}

function clipped(context: Context, { layout }: MatrixScene, draw: () => void): void {
  context.save();
  context.translate(layout.left, layout.top);
  context.beginPath();
  context.rect(-1, -1, layout.window.width + 2, layout.window.height + 2);
  context.clip();
  draw();
  context.restore();
}

function outline(
  context: Context,
  scene: MatrixScene,
  x: number,
  y: number,
  width: number,
  height: number,
  colour: string,
): void {
  clipped(context, scene, () => {
    context.strokeStyle = colour;
    context.globalAlpha = 0.75;
    context.lineWidth = 1;
    context.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1);
  });
}

/** Dark and light around the cell, so that it stands out from any colour. */
function markCell(context: Context, scene: MatrixScene, query: number, key: number): void {
  const size = scene.layout.cell * scene.transform.scale;
  const [x, y] = [columnX(scene, key), rowY(scene, query)];
  clipped(context, scene, () => {
    context.lineWidth = 3.5;
    context.strokeStyle = scene.ink.paper;
    context.strokeRect(x, y, size, size);
    context.lineWidth = 2;
    context.strokeStyle = scene.ink.text;
    context.strokeRect(x, y, size, size);
  });
}
