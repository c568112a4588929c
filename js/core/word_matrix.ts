import type { AxisPlan } from "./axes.js";
import { CodecError } from "./codec.js";

/** Scores by rows and columns, after the choices of what to show. */
export interface WordMatrix {
  /** [row][column]; NaN where nothing of the cell can be seen. */
  rows: Float32Array[];
  /** Share of the size of all scores of the rows on show that is in columns that are not: 0 to 1. */
  hiddenShare: number;
}

/**
 * Scores [step, position] of words: a word takes from a word the mean over its steps of the sum over the other's
 * positions. What a step cannot see (NaN) adds nothing.
 */
export function wordMatrix(scores: Float32Array, steps: AxisPlan, positions: AxisPlan): WordMatrix {
  const [nSteps, nPositions] = [steps.rowOf.length, positions.rowOf.length];
  if (scores.length !== nSteps * nPositions) {
    throw new CodecError(
      `There are ${scores.length} scores; ${nSteps} steps x ${nPositions} tokens were expected.`,
    );
  }
  let [all, hidden] = [0, 0];
  const rows = steps.axis.spans.map(([start, stop]) => {
    const row = new Float32Array(positions.axis.labels.length).fill(Number.NaN);
    for (let step = start; step < stop; step++) {
      for (let position = 0; position < nPositions; position++) {
        const score = scores[step * nPositions + position]!;
        if (Number.isNaN(score)) continue;
        const column = positions.rowOf[position]!;
        all += Math.abs(score);
        if (column < 0) hidden += Math.abs(score);
        else row[column] = (Number.isNaN(row[column]!) ? 0 : row[column]!) + score / (stop - start);
      }
    }
    return row;
  });
  return { rows, hiddenShare: all > 0 ? hidden / all : 0 };
}

/** Mean of some rows, column by column, over those that can see it; NaN where none can. */
export function meanRow(rows: readonly Float32Array[], columns: number): Float32Array {
  const [first, ...others] = rows;
  if (first !== undefined && others.length === 0) return first;
  return Float32Array.from({ length: columns }, (_, column) => {
    const seen = rows.map((row) => row[column]!).filter((score) => !Number.isNaN(score));
    return seen.length === 0 ? Number.NaN : seen.reduce((sum, score) => sum + score, 0) / seen.length;
  });
}
