import type { AttributionRun } from "../contract.js";
import { toHex } from "../core/colour.js";
import { scoreColour } from "../core/score_ramp.js";
import { waterfall } from "../core/waterfall.js";
import type { AttributionSumData } from "../views/attribution_sum.js";
import type { ScoreColours } from "../views/attribution_text.js";
import type { ShownRun } from "./attribution_scores.js";
import { residualWords, sumLabels } from "./attribution_words.js";

/** As strong as a bar should look: calmer than the strongest token. */
const STRENGTH = 0.8;

/** What the tokens that are not shown have of the scores. */
export function hiddenScore({ sides }: ShownRun, step: number): number {
  return sides.reduce((sum, { hidden }) => sum + (hidden[step] ?? 0), 0);
}

/** What the scores of a step add up to, from the baseline to the value. */
export function accountOf(
  run: AttributionRun,
  shown: ShownRun,
  step: number,
  colours: ScoreColours | null,
): AttributionSumData {
  const { signed } = run.method;
  const account = {
    value: run.value[step] ?? 0,
    baseline: run.baseline_value[step] ?? 0,
    residual: run.residual[step] ?? 0,
    hidden: hiddenScore(shown, step),
  };
  const scores = shown.sides.map(({ steps }) => steps[step] ?? new Float32Array());
  const full = (score: number) => (colours === null ? "" : toHex(scoreColour(colours.ramp, score, 1)));
  return {
    steps: waterfall(account, scores).filter(({ name }) => name !== "lowers" || signed),
    labels: sumLabels(signed),
    words: residualWords(run, step),
    colours: { raises: full(STRENGTH), lowers: full(-STRENGTH) },
  };
}
