import type { AttributionRun } from "../contract.js";
import type { ShownSide } from "./attribution_scores.js";
import { ATTENTION_WORDS, kindWords } from "./attribution_words.js";

/** What is on show as plain text: one token a line with its score, and what they add up to. */
export function attributionAsText(
  run: AttributionRun,
  what: string,
  sides: ShownSide[],
  scores: Float32Array[],
  step: number,
): string {
  const number = (value: number) => `${value < 0 ? "" : "+"}${value.toFixed(4)}`.padStart(10);
  const lines = [`${run.method.label}: ${what}`];
  if (run.method.attention_based) lines.push(`(${ATTENTION_WORDS})`);
  sides.forEach(({ label, plan }, side) => {
    if (sides.length > 1) lines.push(`${label}:`);
    plan.axis.labels.forEach((token, row) => {
      lines.push(`${number(scores[side]?.[row] ?? 0)}  ${token}`);
    });
  });
  const [value, baseline, residual] = [run.value, run.baseline_value, run.residual].map(
    (each) => each[step] ?? 0,
  );
  const rest = `${baseline?.toPrecision(4)} + scores + residual ${residual?.toPrecision(2)}`;
  lines.push(`${number(value ?? 0)}  = ${rest} (${kindWords(run.value_kind)})`);
  return [...lines, ...run.notes].join("\n");
}
