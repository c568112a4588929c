import { WEIGHT_LEVELS, WEIGHT_NAN, WEIGHT_UNSEEN } from "../contract.js";
import { UNSEEN } from "./codec.js";
import { SCORE_ZERO, scoreLevel } from "./score_ramp.js";

/** A map as bytes for drawing, coded as on the wire: a level of the ramp, WEIGHT_NAN or WEIGHT_UNSEEN. */
export interface Cells {
  rows: number;
  columns: number;
  levels: Uint8Array;
  /** The level of nothing at all: the farther from it, the stronger. */
  zero: number;
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
  return { rows: columns === 0 ? 0 : weights.length / columns, columns, levels, zero: 0, hasNaN, hasUnseen };
}

/**
 * Blocks of cells as one: the strongest weight of each, so that no single strong weight is lost where cells are smaller
 * than a pixel. A NaN anywhere shows; a block is unseen only when all of it is.
 */
export function poolCells(cells: Cells, factor: number): Cells {
  if (factor <= 1) return cells;
  const strength = (level: number) => (level === WEIGHT_NAN ? WEIGHT_NAN : Math.abs(level - cells.zero));
  const [rows, columns] = [Math.ceil(cells.rows / factor), Math.ceil(cells.columns / factor)];
  const levels = new Uint8Array(rows * columns).fill(WEIGHT_UNSEEN);
  for (let row = 0; row < cells.rows; row++) {
    const target = Math.floor(row / factor) * columns;
    const source = row * cells.columns;
    for (let column = 0; column < cells.columns; column++) {
      const at = target + Math.floor(column / factor);
      const level = cells.levels[source + column]!;
      const before = levels[at]!;
      if (level === WEIGHT_UNSEEN) continue;
      if (before === WEIGHT_UNSEEN || strength(level) > strength(before)) levels[at] = level;
    }
  }
  return { ...cells, rows, columns, levels };
}

/** Signed scores by rows and columns, where `most` has the full colour. */
export function scoreCells(rows: Float32Array[], columns: number, most: number): Cells {
  const levels = new Uint8Array(rows.length * columns);
  let hasNaN = false;
  rows.forEach((scores, row) => {
    for (let column = 0; column < columns; column++) {
      const score = scores[column]!;
      if (Number.isNaN(score)) hasNaN = true;
      levels[row * columns + column] = Number.isNaN(score) ? WEIGHT_NAN : scoreLevel(score, most);
    }
  });
  return { rows: rows.length, columns, levels, zero: SCORE_ZERO, hasNaN, hasUnseen: false };
}

/** The same, where what is not a number stands for what cannot be seen. */
export function unseenCells(cells: Cells): Cells {
  if (!cells.hasNaN) return cells;
  const levels = cells.levels.map((level) => (level === WEIGHT_NAN ? WEIGHT_UNSEEN : level));
  return { ...cells, levels, hasNaN: false, hasUnseen: true };
}

/** The mean of several maps of so many cells, each from one of the starts on; a cell is unseen where it is in all of them. */
export function meanLevels(levels: Uint8Array, size: number, starts: readonly number[]): Uint8Array {
  const mean = new Uint8Array(size).fill(WEIGHT_UNSEEN);
  for (let cell = 0; cell < size; cell++) {
    const here = starts.map((start) => levels[start + cell]!).filter((level) => level !== WEIGHT_UNSEEN);
    if (here.length === 0) continue;
    const sum = here.reduce((before, level) => before + level, 0);
    mean[cell] = here.includes(WEIGHT_NAN) ? WEIGHT_NAN : Math.round(sum / here.length);
  }
  return mean;
}
