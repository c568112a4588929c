import type { Size } from "../core/geometry.js";
import type { AttentionData } from "./attention_data.js";
import { type Measure, widestLabel } from "./text_width.js";

/** Where the parts of the matrix are, in CSS pixels; the window is what the cells are seen through. */
export interface MatrixLayout {
  width: number;
  height: number;
  left: number;
  top: number;
  window: Size;
  /** Side of a cell before zooming. */
  cell: number;
  fontSize: number;
  /** Column labels: level where they fit, else turned. */
  turned: boolean;
  /** Columns run from right to left, as their text does. */
  mirrored: boolean;
}

export const TURN = Math.PI / 4;
const MOST = { cell: 40, height: 640, rowLabel: 150, columnLabel: 110 };
const EDGE = 8;
export const LABEL_GAP = 6;

export function matrixLayout(
  data: Pick<AttentionData, "queries" | "keys">,
  available: number,
  density: number,
  measure: Measure,
): MatrixLayout {
  const fontSize = 12;
  const rows = Math.max(1, data.queries.labels.length);
  const columns = Math.max(1, data.keys.labels.length);
  const rowLabel = Math.min(widestLabel(data.queries, fontSize, measure), MOST.rowLabel, 0.3 * available);
  const columnLabel = Math.min(widestLabel(data.keys, fontSize, measure), MOST.columnLabel);
  const left = Math.ceil(Math.max(60, rowLabel + 2 * LABEL_GAP));
  const fitting = (top: number, right: number) =>
    snap(
      Math.min(MOST.cell, (available - left - right) / columns, (MOST.height - top - EDGE) / rows),
      density,
    );

  const level = fontSize + 2 * LABEL_GAP + 12;
  const levelCell = fitting(level, EDGE);
  const turned = columnLabel > levelCell - 4;
  const overhang = Math.ceil(columnLabel * Math.cos(TURN)) + 4;
  const top = turned ? overhang + fontSize + LABEL_GAP : level;
  const cell = turned ? fitting(top, Math.max(EDGE, overhang - 8)) : levelCell;
  const window = { width: cell * columns, height: cell * rows };
  return {
    width: left + window.width + (turned ? Math.max(EDGE, overhang) : EDGE),
    height: top + window.height + EDGE,
    left,
    top,
    window,
    cell,
    fontSize,
    turned,
    mirrored: data.keys.direction === "rtl",
  };
}

/** Cells of a whole number of device pixels are all the same; where they get too small for that they may differ by one. */
function snap(cell: number, density: number): number {
  const pixels = cell * density;
  return pixels >= 2 ? Math.floor(pixels) / density : Math.max(0.01, cell);
}
