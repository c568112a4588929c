import { type AttentionAxis, type AttentionData, axisOf, type Side } from "../core/attention_data.js";
import { type Measure, widestLabel } from "./text_width.js";

/** Where the parts of one side are, in CSS pixels. */
export interface SideLayout {
  /** Left edge and width of the labels. */
  x: number;
  width: number;
  /** Left edge of the boxes that show one weight a head. */
  boxes: number;
  /** Where lines begin or end. */
  end: number;
  /** Whether it is the one on the left: queries, but where readers go from right to left. */
  onLeft: boolean;
}

/** Where everything of the lines view is, in CSS pixels. Changes with the data and the width, never with the pointer. */
export interface LinesLayout extends Record<Side, SideLayout> {
  rowHeight: number;
  fontSize: number;
  /** Width of one head's box. */
  boxWidth: number;
  width: number;
}

const PADDING = 8;
const TITLE = 36;
const LINES = { least: 56, share: 0.22, most: 420 };
const BOX = { least: 1.5, most: 8 };

export function rowHeightOf(count: number): { rowHeight: number; fontSize: number } {
  if (count <= 24) return { rowHeight: 26, fontSize: 14 };
  return count <= 80 ? { rowHeight: 22, fontSize: 13 } : { rowHeight: 19, fontSize: 12 };
}

export function linesLayout(data: AttentionData, available: number, measure: Measure): LinesLayout {
  const { rowHeight, fontSize } = rowHeightOf(Math.max(data.queries.labels.length, data.keys.labels.length));
  const nHeads = Math.max(1, data.nHeads);
  const strip = Math.min(96, available * 0.13);
  const boxWidth = Math.min(BOX.most, Math.max(BOX.least, Math.floor((2 * strip) / nHeads) / 2));
  const boxes = boxWidth * nHeads;
  const least = Math.max(LINES.least, LINES.share * available);
  const room = Math.max(40, (available - 2 * boxes - least) / 2);
  // The titles of the columns have to fit as well.
  const width = (axis: AttentionAxis) =>
    Math.min(room, Math.max(TITLE, widestLabel(axis, fontSize, measure)) + 2 * PADDING);
  const [queryWidth, keyWidth] = [width(data.queries), width(data.keys)];
  const lines = Math.min(LINES.most, Math.max(LINES.least, available - 2 * boxes - queryWidth - keyWidth));
  const mirrored = data.queries.direction === "rtl";
  const [leftWidth, rightWidth] = mirrored ? [keyWidth, queryWidth] : [queryWidth, keyWidth];
  const x = boxes + leftWidth + lines;
  const left = { x: boxes, width: leftWidth, boxes: 0, end: boxes + leftWidth, onLeft: true };
  const right = { x, width: rightWidth, boxes: x + rightWidth, end: x, onLeft: false };
  return {
    rowHeight,
    fontSize,
    boxWidth,
    query: mirrored ? right : left,
    key: mirrored ? left : right,
    width: right.boxes + boxes,
  };
}

export function rowCount(data: AttentionData, side: Side): number {
  return axisOf(data, side).labels.length;
}
