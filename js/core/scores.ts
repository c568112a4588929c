import type { AxisPlan } from "./axes.js";
import { CodecError } from "./codec.js";

/** Scores after the choices of what to show: a row is a token, or a word where they are merged. */
export interface RowScores {
  /** [step][row]. */
  steps: Float32Array[];
  /** For each step what the tokens that are not shown add up to. */
  hidden: number[];
}

/** Scores [step, position] as rows: those of a word's tokens are summed, so that all of them still add up. */
export function sumRows(scores: Float32Array, nSteps: number, plan: AxisPlan): RowScores {
  const { rowOf, axis } = plan;
  if (scores.length !== nSteps * rowOf.length) {
    throw new CodecError(
      `There are ${scores.length} scores; ${nSteps} steps x ${rowOf.length} tokens were expected.`,
    );
  }
  const result: RowScores = { steps: [], hidden: [] };
  for (let step = 0; step < nSteps; step++) {
    const rows = new Float64Array(axis.labels.length);
    let hidden = 0;
    rowOf.forEach((row, position) => {
      const score = scores[step * rowOf.length + position]!;
      if (row < 0) hidden += score;
      else rows[row]! += score;
    });
    result.steps.push(Float32Array.from(rows));
    result.hidden.push(hidden);
  }
  return result;
}

/** The strongest score of all, whatever its sign: what has the full colour. */
export function strongestScore(scores: Iterable<Float32Array>): number {
  let most = 0;
  for (const row of scores) for (const score of row) most = Math.max(most, Math.abs(score) || 0);
  return most;
}
