import { WEIGHT_LEVELS, WEIGHT_NAN, WEIGHT_UNSEEN } from "../contract.js";
import { UNSEEN } from "./codec.js";

/** A map as bytes for drawing, coded as on the wire: a level of the ramp, WEIGHT_NAN or WEIGHT_UNSEEN. */
export interface Cells {
  rows: number;
  columns: number;
  levels: Uint8Array;
  hasNaN: boolean;
  hasUnseen: boolean;
}

export function cellsOf(weights: Float32Array, columns: number, threshold: number): Cells {
  const levels = new Uint8Array(weights.length);
  let [hasNaN, hasUnseen] = [false, false];
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!;
    if (weight === UNSEEN) {
      levels[i] = WEIGHT_UNSEEN;
      hasUnseen = true;
    } else if (Number.isNaN(weight)) {
      levels[i] = WEIGHT_NAN;
      hasNaN = true;
    } else if (weight >= threshold) {
      levels[i] = Math.round(WEIGHT_LEVELS * Math.sqrt(Math.min(1, Math.max(0, weight))));
    }
  }
  return { rows: columns === 0 ? 0 : weights.length / columns, columns, levels, hasNaN, hasUnseen };
}

/**
 * Blocks of cells as one: the strongest weight of each, so that no single strong weight is lost where cells are smaller
 * than a pixel. A NaN anywhere shows; a block is unseen only when all of it is.
 */
export function poolCells(cells: Cells, factor: number): Cells {
  if (factor <= 1) return cells;
  const [rows, columns] = [Math.ceil(cells.rows / factor), Math.ceil(cells.columns / factor)];
  const levels = new Uint8Array(rows * columns).fill(WEIGHT_UNSEEN);
  for (let row = 0; row < cells.rows; row++) {
    const target = Math.floor(row / factor) * columns;
    const source = row * cells.columns;
    for (let column = 0; column < cells.columns; column++) {
      const at = target + Math.floor(column / factor);
      const level = cells.levels[source + column]!;
      const before = levels[at]!;
      if (level !== WEIGHT_UNSEEN && (before === WEIGHT_UNSEEN || level > before)) levels[at] = level;
    }
  }
  return { ...cells, rows, columns, levels };
}
