import type { AttributionRun, MethodMeta } from "../contract.js";
import { plain, signed } from "../core/numbers.js";
import type { WaterfallName } from "../core/waterfall.js";
import { isolated, sentence } from "../core/words.js";
import type { AttributionState } from "./attribution_state.js";

export const ATTENTION_WORDS = "attention, not attribution";

const VALUE_WORDS: Record<string, string> = {
  logit: "Logit",
  log_prob: "Log probability",
  probability: "Probability",
};

export function valueLabel(value: string): string {
  return VALUE_WORDS[value] ?? value;
}

/** The kind of a value inside a sentence: "log probability". */
export function kindWords(kind: string): string {
  return kind.replaceAll("log_prob", "log probability");
}

/** What is explained, of the step on show: "class 'positive'", "“ cat”, step 3 of 9". */
export function targetWords({ payload, meta, first, nSteps }: AttributionState, step: number): string {
  if (meta.steps === null) return isolated(numbered(first.target));
  const text = payload.tokens[meta.steps]?.text[step] ?? "";
  return `“${isolated(text.trim())}”, step ${step + 1} of ${nSteps}`;
}

/** Steps are counted from one, as people count: "token ' cat', step 3". */
export function numbered(target: string): string {
  return target.replace(/ \(step (\d+)\)$/, (_, step: string) => `, step ${Number(step) + 1}`);
}

export function aboutWords({ payload, meta }: AttributionState): string {
  const counts = meta.sides.map(({ tokens }) => payload.tokens[tokens]?.text.length ?? 0);
  const count = `${counts.join(" + ")} tokens`;
  const steps = meta.steps === null ? "" : `${payload.tokens[meta.steps]?.text.length ?? 0} steps`;
  return [meta.model, count, steps].filter(Boolean).join(" · ");
}

/** What the scale of colours measures. */
export function scaleWords({ method, value_kind }: AttributionRun): string {
  return method.signed ? `Score (${kindWords(value_kind)})` : "Score";
}

/** How a colour is to be read, one sentence each. */
export function legendNotes({ first, mergeWords }: AttributionState): string[] {
  const { method, value_kind, notes } = first;
  const unit = kindWords(value_kind);
  const meaning = method.signed
    ? `A colour is a score, in the unit of the ${unit}: positive raises it, negative lowers it.`
    : "Scores have no sign: a colour says how much a token matters, not whether it raises or lowers.";
  const own = [meaning];
  if (mergeWords) own.push("Words: the scores of their tokens, summed.");
  if (first.baseline !== null) own.push(`Baseline: ${first.baseline}.`);
  return [...own, ...notes.map(sentence)];
}

/** Cost and reference of a method: what a person wants to know before choosing it. */
export function methodWords(method: MethodMeta): string {
  const [cost, reference] = [sentence(method.cost), sentence(method.reference)];
  return [method.attention_based ? sentence(ATTENTION_WORDS) : "", cost, reference].filter(Boolean).join(" ");
}

const SUM_LABELS: Record<WaterfallName, string> = {
  baseline: "Baseline",
  raises: "Tokens that raise it",
  lowers: "Tokens that lower it",
  hidden: "Hidden special tokens",
  residual: "Left unexplained",
  value: "Value",
};

/** What the bars are called; scores without a sign raise nothing. */
export function sumLabels(signed: boolean): Record<WaterfallName, string> {
  return signed ? SUM_LABELS : { ...SUM_LABELS, raises: "Scores, without sign" };
}

/** What the residual means, for this method. */
export function residualWords(
  { method, value, baseline_value, residual }: AttributionRun,
  step: number,
): string {
  const [left, whole] = [residual[step] ?? 0, (value[step] ?? 0) - (baseline_value[step] ?? 0)];
  const of = `${plain(Math.abs(left))} of ${plain(Math.abs(whole))}`;
  if (method.attention_based) {
    return "These scores are shares of attention: they are not in the unit of the value and do not add up to it.";
  }
  if (!method.signed) return `Scores without a sign do not add up to the value: ${of} is left.`;
  if (!method.complete) {
    const missed = Math.abs(left) > Math.abs(whole) ? `miss ${plain(whole)} by ${plain(Math.abs(left))}` : "";
    return `The scores ${missed || `leave ${of} unexplained`}; ${method.label} does not promise more.`;
  }
  const share = whole === 0 ? 0 : Math.abs(left / whole);
  const words = share < 0.001 ? "under 0.1%" : `${(100 * share).toFixed(1)}%`;
  return `The scores add up to the value, but for ${words} of it (${of}).`;
}

/** How much of the scores is on tokens that are not shown. */
export function hiddenWords(hidden: number): string {
  return `Hidden special tokens have ${signed(hidden)} of the scores.`;
}

/** How well the order of two methods' scores agrees, under the name of the second. */
export function agreementNote(agreement: number | null, signed: boolean): string {
  if (agreement === null) return "no order to compare";
  return `agreement ${agreement.toFixed(2).replace("-", "−")}${signed ? "" : ", by size"}`;
}

/** What the agreement is. `bySize`: some row says that it is. */
export function agreementWords(first: string, count: number, bySize: boolean): string {
  return [
    `Agreement: Spearman's rank correlation with ${first} over the ${count} rows on show; 1 is the same order, 0 none.`,
    ...(bySize ? ["By size: one of the two has no sign, so absolute scores are ranked."] : []),
    "Each row has its own scale of colours.",
  ].join(" ");
}
