import { WEIGHT_NAN } from "../contract.js";
import { type Cells, poolCells } from "../core/cells.js";
import { labelStep, rowsBetween, type Transform } from "../core/geometry.js";
import type { AttentionData, AttentionViewOptions, Hover } from "./attention_data.js";
import { cellPicture, cross, hatch } from "./cell_image.js";
import type { Ink } from "./ink.js";
import { LABEL_GAP, type MatrixLayout, TURN } from "./matrix_layout.js";

export interface MatrixSource {
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
type Span = [start: number, stop: number];

/** The matrix as it is seen now. Rows and columns are numbered as in the data, whichever way columns run. */
export interface MatrixScene extends MatrixSource {
  /** Side of a cell as it is drawn. */
  size: number;
  /** Cells that can be seen; columns counted from the left. */
  rows: Span;
  columns: Span;
  /** The column that is drawn at a place counted from the left; and the place of a column. */
  columnAt(place: number): number;
  /** Left edge of a column in the window. */
  x(column: number): number;
  /** Top of a row in the window. */
  y(row: number): number;
}

export function matrixScene(source: MatrixSource): MatrixScene {
  const { layout, transform, cells } = source;
  const { window } = layout;
  const size = layout.cell * transform.scale;
  const between = (count: number, offset: number, room: number) =>
    rowsBetween({ count, height: size }, -offset, room - offset);
  const columnAt = (place: number) => (layout.mirrored ? cells.columns - 1 - place : place);
  return {
    ...source,
    size,
    rows: between(cells.rows, transform.y, window.height),
    columns: between(cells.columns, transform.x, window.width),
    columnAt,
    x: (column) => columnAt(column) * size + transform.x,
    y: (row) => row * size + transform.y,
  };
}

/** Draws in the window, and nothing outside of it but a margin. */
export function inWindow(context: Context, { layout }: MatrixScene, margin: number, draw: () => void): void {
  const { left, top, window } = layout;
  context.save();
  context.translate(left, top);
  context.beginPath();
  context.rect(-margin, -margin, window.width + 2 * margin, window.height + 2 * margin);
  context.clip();
  draw();
  context.restore();
}

/** Everything that stays while the pointer moves. Pooled maps are kept by the caller, by their factor. */
export function drawMatrix(context: Context, scene: MatrixScene, pooled: Map<number, Cells>): void {
  const { data, layout, ink, cells } = scene;
  const { left, top, window } = layout;
  inWindow(context, scene, 0, () => {
    if (cells.hasUnseen) hatch(context, { x: 0, y: 0, ...window }, ink.muted);
    drawCells(context, scene, pooled);
    drawGaps(context, scene);
    if (cells.hasNaN) drawNaN(context, scene);
    drawSegments(context, scene);
  });
  context.strokeStyle = ink.line;
  context.lineWidth = 1;
  context.strokeRect(left - 0.5, top - 0.5, window.width + 1, window.height + 1);
  drawLabels(context, scene, "query", [0, data.queries.labels.length], null);
  drawLabels(context, scene, "key", [0, data.keys.labels.length], null);
  drawAxisNames(context, scene);
}

function drawCells(context: Context, scene: MatrixScene, pooled: Map<number, Cells>): void {
  const { layout, transform, cells, density, ink } = scene;
  const factor = Math.max(1, Math.floor(1 / (scene.size * density)));
  const drawn = pooled.get(factor) ?? poolCells(cells, factor);
  pooled.set(factor, drawn);
  const whole = ([start, stop]: Span, most: number): Span => [
    Math.floor(start / factor),
    Math.min(most, Math.ceil(stop / factor)),
  ];
  const part = { rows: whole(scene.rows, drawn.rows), columns: whole(scene.columns, drawn.columns) };
  const picture = cellPicture(drawn, part, ink.ramp, layout.mirrored);
  if (picture === null) return;
  context.imageSmoothingEnabled = false;
  const size = factor * scene.size;
  context.drawImage(
    picture,
    part.columns[0] * size + transform.x,
    part.rows[0] * size + transform.y,
    picture.width * size,
    picture.height * size,
  );
}

/** Thin gaps where cells are large enough to be told apart. */
function drawGaps(context: Context, scene: MatrixScene): void {
  const { layout, transform, ink, density } = scene;
  const { size, rows, columns } = scene;
  if (size < 9) return;
  const sharp = (value: number) => Math.round(value * density) / density - 0.5;
  context.fillStyle = ink.paper;
  for (let row = rows[0] + 1; row < rows[1]; row++) {
    context.fillRect(0, sharp(scene.y(row)), layout.window.width, 1);
  }
  for (let place = columns[0] + 1; place < columns[1]; place++) {
    context.fillRect(sharp(place * size + transform.x), 0, 1, layout.window.height);
  }
}

/** A cross on the bare page where there is room for one; smaller cells have the colour alone. */
function drawNaN(context: Context, scene: MatrixScene): void {
  const { cells, ink } = scene;
  const { size, rows, columns } = scene;
  if (size < 7) return;
  context.strokeStyle = ink.nan;
  context.lineWidth = Math.min(2, size / 8);
  context.fillStyle = ink.paper;
  for (let row = rows[0]; row < rows[1]; row++) {
    for (let place = columns[0]; place < columns[1]; place++) {
      const column = scene.columnAt(place);
      if (cells.levels[row * cells.columns + column] !== WEIGHT_NAN) continue;
      const [x, y] = [scene.x(column), scene.y(row)];
      context.fillRect(x + 0.5, y + 0.5, size - 1, size - 1);
      cross(context, x + size / 2, y + size / 2, size * 0.22);
    }
  }
}

/** A line where the second text of a pair begins. */
function drawSegments(context: Context, scene: MatrixScene): void {
  const { data, layout, ink } = scene;
  const second = (segments: (number | null)[]) => (segments.includes(0) ? segments.indexOf(1) : -1);
  context.fillStyle = ink.muted;
  const row = second(data.queries.segments);
  if (row > 0) context.fillRect(0, Math.round(scene.y(row)) - 0.5, layout.window.width, 1);
  const column = second(data.keys.segments);
  const edge = scene.x(column) + (layout.mirrored ? scene.size : 0);
  if (column > 0) context.fillRect(Math.round(edge) - 0.5, 0, 1, layout.window.height);
}

/** The label, cut with an ellipsis where it is too long. */
function cut(context: Context, label: string, room: number): string {
  if (context.measureText(label).width <= room) return label;
  const characters = Array.from(label);
  while (characters.length > 1 && context.measureText(`${characters.join("")}…`).width > room)
    characters.pop();
  return `${characters.join("")}…`;
}

/** The labels of some rows or columns, of as many as there is room for; with a colour, on a pill of it. */
function drawLabels(
  context: Context,
  scene: MatrixScene,
  side: "query" | "key",
  [start, stop]: Span,
  colour: string | null,
): void {
  const { data, layout, ink } = scene;
  const { left, top, window, fontSize } = layout;
  const ofRows = side === "query";
  const turned = !ofRows && layout.turned;
  const axis = ofRows ? data.queries : data.keys;
  const step = labelStep(scene.size, ofRows ? fontSize + 1 : turned ? fontSize / Math.sin(TURN) : fontSize);
  const room = ofRows ? left - 2 * LABEL_GAP : turned ? (top - fontSize) / Math.sin(TURN) : window.width;
  context.font = `${fontSize}px ${ink.family}`;
  for (let index = start; index < stop; index += step) {
    const at = (ofRows ? scene.y(index) : scene.x(index)) + scene.size / 2;
    if (at < 0 || at > (ofRows ? window.height : window.width)) continue;
    const label = cut(context, axis.labels[index] ?? "", room);
    context.save();
    if (ofRows) context.translate(left - LABEL_GAP, top + at + 0.5);
    else context.translate(left + at, top - LABEL_GAP);
    if (turned) context.rotate(-TURN);
    context.textAlign = ofRows ? "right" : turned ? "left" : "center";
    context.textBaseline = ofRows || turned ? "middle" : "alphabetic";
    if (colour !== null) {
      const width = context.measureText(label).width + 8;
      // A row's pill is as wide as the margin: it covers the labels that it is taller than.
      const height = ofRows ? Math.max(scene.size, fontSize + 6) : fontSize + 6;
      if (ofRows) drawPill(context, ink, colour, [LABEL_GAP + 1 - left, -height / 2, left - 3, height]);
      else if (turned) drawPill(context, ink, colour, [-4, -height / 2, width, height]);
      else drawPill(context, ink, colour, [-width / 2, -fontSize - 1, width, height]);
    }
    context.fillStyle = colour === null && axis.special[index] ? ink.muted : ink.text;
    context.fillText(label, 0, 0);
    context.restore();
  }
}

function drawPill(
  context: Context,
  ink: Ink,
  colour: string,
  box: [x: number, y: number, width: number, height: number],
): void {
  context.beginPath();
  context.roundRect(...box, 3);
  context.fillStyle = ink.paper;
  context.fill();
  context.globalAlpha = 0.14;
  context.fillStyle = colour;
  context.fill();
  context.globalAlpha = 1;
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
  for (const { side, start, stop } of pinned) drawBand(context, scene, side, [start, stop], ink.accent);
  const { query = null, key = null } = hover ?? {};
  if (query !== null) drawBand(context, scene, "query", [query, query + 1], ink.text);
  if (key !== null) drawBand(context, scene, "key", [key, key + 1], ink.text);
  if (query !== null && key !== null) drawCell(context, scene, query, key);
}

/** An outline around some rows or columns, and their labels marked. */
function drawBand(
  context: Context,
  scene: MatrixScene,
  side: "query" | "key",
  span: Span,
  colour: string,
): void {
  const { window } = scene.layout;
  const length = (span[1] - span[0]) * scene.size;
  inWindow(context, scene, 1, () => {
    context.strokeStyle = colour;
    context.globalAlpha = 0.75;
    context.lineWidth = 1;
    if (side === "query") context.strokeRect(-0.5, scene.y(span[0]) - 0.5, window.width + 1, length + 1);
    else {
      const x = Math.min(scene.x(span[0]), scene.x(span[1] - 1));
      context.strokeRect(x - 0.5, -0.5, length + 1, window.height + 1);
    }
  });
  drawLabels(context, scene, side, span, colour);
}

/** Dark and light around the cell, so that it stands out from any colour. */
function drawCell(context: Context, scene: MatrixScene, query: number, key: number): void {
  const { ink } = scene;
  inWindow(context, scene, 1, () => {
    for (const [width, colour] of [
      [3.5, ink.paper],
      [2, ink.text],
    ] as const) {
      context.lineWidth = width;
      context.strokeStyle = colour;
      context.strokeRect(scene.x(key), scene.y(query), scene.size, scene.size);
    }
  });
}
