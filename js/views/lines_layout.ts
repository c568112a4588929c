import type { AttentionAxis, AttentionData } from "./attention_data.js";
import { type Measure, widestLabel } from "./text_width.js";

/** Where everything of the lines view is, in CSS pixels. Changes with the data and the width, never with the pointer. */
export interface LinesLayout {
  rowHeight: number;
  fontSize: number;
  /** Left edge and width of the labels, by side. */
  labels: Record<Side, { x: number; width: number }>;
  /** Left edge of the boxes that show one weight a head, by side. */
  boxes: Record<Side, number>;
  /** Width of one head's box. */
  boxWidth: number;
  /** Where lines begin and end, by side. */
  ends: Record<Side, number>;
  /** -1: queries are on the left; 1: on the right, as right-to-left readers expect. */
  querySide: -1 | 1;
  width: number;
}

export type Side = "query" | "key";

const PADDING = 8;
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
  const width = (axis: AttentionAxis) => Math.min(room, widestLabel(axis, fontSize, measure) + 2 * PADDING);
  const [queryWidth, keyWidth] = [width(data.queries), width(data.keys)];
  const lines = Math.min(LINES.most, Math.max(LINES.least, available - 2 * boxes - queryWidth - keyWidth));
  const mirrored = data.queries.direction === "rtl";
  const [leftWidth, rightWidth] = mirrored ? [keyWidth, queryWidth] : [queryWidth, keyWidth];
  const left = { x: boxes, width: leftWidth };
  const right = { x: boxes + leftWidth + lines, width: rightWidth };
  const rightBoxes = right.x + rightWidth;
  const sides = <T>(onLeft: T, onRight: T): Record<Side, T> =>
    mirrored ? { query: onRight, key: onLeft } : { query: onLeft, key: onRight };
  return {
    rowHeight,
    fontSize,
    labels: sides(left, right),
    boxes: sides(0, rightBoxes),
    boxWidth,
    ends: sides(left.x + leftWidth, right.x),
    querySide: mirrored ? 1 : -1,
    width: rightBoxes + boxes,
  };
}

export function rowCount(data: AttentionData, side: Side): number {
  return side === "query" ? data.queries.labels.length : data.keys.labels.length;
}
