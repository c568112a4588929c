import { type AttentionData, axisOf, SIDES, type Side } from "../core/attention_data.js";
import { UNSEEN } from "../core/codec.js";
import type { Block, LineSet } from "../core/lines.js";
import { cross, hatch } from "./cell_image.js";
import type { Ink } from "./ink.js";
import { type LinesLayout, rowCount } from "./lines_layout.js";

export interface LinesScene {
  data: AttentionData;
  layout: LinesLayout;
  colours: string[];
  ink: Ink;
  lines: LineSet;
  /** What lines and boxes are about; null at rest, when there are lines alone. */
  focus: Block[] | null;
  pinned: { side: Side; start: number; stop: number }[];
  /** The span that is being dragged. */
  dragged: { side: Side; start: number; stop: number } | null;
  hovered: Record<Side, number | null>;
  top: number;
  height: number;
}

type Span = [start: number, stop: number];

/** Opacities are drawn in this many steps: all lines of one head and step are one path, which overlaps do not darken. */
const STEPS = 32;
/**
 * Of what is in focus, so many of the strongest lines are broad. A hairline is drawn ten times as fast as a broad line,
 * and faint ones are no easier to see for being broad.
 */
const BROAD = 96;

export function drawLines(context: CanvasRenderingContext2D, scene: LinesScene): void {
  context.save();
  context.translate(0, -scene.top);
  drawSegments(context, scene);
  drawRows(context, scene);
  if (scene.focus !== null) drawBoxes(context, scene, scene.focus);
  drawCurves(context, scene);
  context.restore();
}

/** A hairline where the second text of a pair begins. */
function drawSegments(context: CanvasRenderingContext2D, { data, layout, ink }: LinesScene): void {
  context.fillStyle = ink.line;
  for (const side of SIDES) {
    const { segments } = axisOf(data, side);
    const { x, width } = layout[side];
    const second = segments.indexOf(1);
    if (second > 0 && segments.includes(0)) context.fillRect(x, second * layout.rowHeight - 0.5, width, 1);
  }
}

function drawRows(context: CanvasRenderingContext2D, scene: LinesScene): void {
  const { layout, ink } = scene;
  const pill = (
    side: Side,
    start: number,
    stop: number,
    colour: string,
    alpha: number,
    outlined: boolean,
  ) => {
    const { x, width } = layout[side];
    context.beginPath();
    context.roundRect(
      x + 1,
      start * layout.rowHeight + 1,
      width - 2,
      (stop - start) * layout.rowHeight - 2,
      4,
    );
    context.globalAlpha = alpha;
    context.fillStyle = colour;
    context.fill();
    context.globalAlpha = 1;
    if (!outlined) return;
    context.strokeStyle = colour;
    context.lineWidth = 1.25;
    context.stroke();
  };
  for (const { side, start, stop } of scene.pinned) pill(side, start, stop, ink.accent, 0.14, true);
  if (scene.dragged !== null)
    pill(scene.dragged.side, scene.dragged.start, scene.dragged.stop, ink.accent, 0.22, false);
  for (const side of SIDES) {
    const row = scene.hovered[side];
    if (row !== null) pill(side, row, row + 1, ink.text, 0.1, false);
  }
}

/**
 * One box a head beside each token of the other side: how much of the focus goes there. The faint ground of a box says
 * that there is something to see; what the mask forbids is hatched.
 */
function drawBoxes(context: CanvasRenderingContext2D, scene: LinesScene, focus: Block[]): void {
  const { data } = scene;
  const [nQueries, nKeys] = [data.queries.labels.length, data.keys.labels.length];
  const whole = ([start, stop]: Span, count: number) => stop - start === count;
  const byKey = (block: Block) => whole(block.queries, nQueries) && !whole(block.keys, nKeys);
  const keys = focus.filter(byKey).map((block) => block.keys);
  const queries = focus.filter((block) => !byKey(block)).map((block) => block.queries);
  if (queries.length > 0) drawBoxesOf(context, scene, "key", queries);
  if (keys.length > 0) drawBoxesOf(context, scene, "query", keys);
}

function drawBoxesOf(context: CanvasRenderingContext2D, scene: LinesScene, side: Side, spans: Span[]): void {
  const { data, layout, colours, ink } = scene;
  const { rowHeight, boxWidth } = layout;
  const [width, height] = [Math.max(1, boxWidth - 1), rowHeight - 6];
  const first = Math.max(0, Math.floor(scene.top / rowHeight));
  const last = Math.min(rowCount(data, side), Math.ceil((scene.top + scene.height) / rowHeight));
  for (let row = first; row < last; row++) {
    const y = row * rowHeight + 3;
    let seen = false;
    for (const { head, values } of data.heads) {
      const weight = focusWeight(values, data.keys.labels.length, side, spans, row);
      if (weight === UNSEEN) continue;
      seen = true;
      const x = layout[side].boxes + head * boxWidth;
      context.globalAlpha = 0.06;
      context.fillStyle = ink.text;
      context.fillRect(x, y, width, height);
      context.globalAlpha = Number.isNaN(weight) ? 1 : Math.min(1, weight);
      context.fillStyle = colours[head] ?? ink.text;
      if (Number.isNaN(weight)) {
        context.strokeStyle = ink.nan;
        context.lineWidth = 1.25;
        cross(context, x + width / 2, y + height / 2, Math.min(width, 6) / 2);
      } else context.fillRect(x, y, width, height);
    }
    context.globalAlpha = 1;
    const all = { x: layout[side].boxes, y, width: boxWidth * Math.max(1, data.nHeads) - 1, height };
    if (!seen) hatch(context, all, ink.muted, 5);
  }
}

/** Mean over the queries in focus of what they give a key, or sum over the keys in focus of what a query gives them. */
function focusWeight(values: Float32Array, nKeys: number, side: Side, spans: Span[], row: number): number {
  let sum = 0;
  let count = 0;
  let seen = false;
  for (const [start, stop] of spans) {
    count += stop - start;
    for (let at = start; at < stop; at++) {
      const weight = values[side === "key" ? at * nKeys + row : row * nKeys + at]!;
      if (weight === UNSEEN) continue;
      seen = true;
      sum += weight;
    }
  }
  if (!seen) return UNSEEN;
  return side === "key" ? sum / count : sum;
}

/** Curves whose ends are fanned out by head, so that heads that agree lie side by side. */
export function drawCurves(context: CanvasRenderingContext2D, scene: LinesScene): void {
  const { data, layout, lines, colours } = scene;
  const { rowHeight } = layout;
  const from = layout.query.end;
  const to = layout.key.end;
  const bend = (to - from) * 0.42;
  const fan = Math.min(2.5, (rowHeight - 10) / Math.max(1, data.heads.length - 1));
  const paths = new Map<number, Path2D>();
  /** How many lines there are of each step. */
  const counts = new Uint32Array(STEPS + 1);
  for (let i = 0; i < lines.count; i++) {
    const y1 = (lines.queries[i]! + 0.5) * rowHeight;
    const y2 = (lines.keys[i]! + 0.5) * rowHeight;
    if (Math.max(y1, y2) < scene.top || Math.min(y1, y2) > scene.top + scene.height) continue;
    const head = lines.heads[i]!;
    const step = Math.min(STEPS, Math.max(1, Math.ceil(lines.weights[i]! * STEPS)));
    counts[step]!++;
    const bucket = head * (STEPS + 1) + step;
    let path = paths.get(bucket);
    if (path === undefined) {
      path = new Path2D();
      paths.set(bucket, path);
    }
    const shift = (head - (data.heads.length - 1) / 2) * fan;
    path.moveTo(from, y1 + shift);
    path.bezierCurveTo(from + bend, y1 + shift, to - bend, y2 + shift, to, y2 + shift);
  }
  context.lineCap = "butt";
  // Faint first, so that what is strong lies on top.
  const ordered = [...paths].sort(([a], [b]) => (a % (STEPS + 1)) - (b % (STEPS + 1)));
  // Whole steps, so that like weights look alike.
  let [broad, room] = [STEPS + 1, scene.focus === null ? 0 : BROAD];
  while (broad > 1 && counts[broad - 1]! <= room) room -= counts[--broad]!;
  for (const [bucket, path] of ordered) {
    const head = data.heads[Math.floor(bucket / (STEPS + 1))]!.head;
    const step = bucket % (STEPS + 1);
    context.lineWidth = scene.focus !== null && step >= broad ? 1.75 : 1;
    context.globalAlpha = step / STEPS;
    context.strokeStyle = colours[head] ?? scene.ink.text;
    context.stroke(path);
  }
  context.globalAlpha = 1;
}
