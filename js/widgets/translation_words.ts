import type { MethodMeta, StepColour, StepRows, TranslationMeta } from "../contract.js";
import { percent, plain, signed } from "../core/numbers.js";
import { sentence } from "../core/words.js";
import type { ReadoutData } from "../views/controls/readout.js";
import { ATTENTION_WORDS } from "./attribution_words.js";
import { type Looked, type Pointed, rowOf } from "./translation_focus.js";
import { logProbNumber, logProbOf, type ShownScores, type Sides } from "./translation_scores.js";
import type { TranslationState } from "./translation_state.js";

/** How many of the strongest partners of a token are said. */
const PARTNERS = 3;

export function methodOf(by: StepColour, { methods }: TranslationMeta): MethodMeta | undefined {
  return by.what === "method" ? methods.find(({ name }) => name === by.name) : undefined;
}

/** What a colour is, in words: "Cross attention of layer 2, head 3", "Gradient × input". */
export function colourWords(by: StepColour, meta: TranslationMeta): string {
  if (by.what === "method") {
    const method = methodOf(by, meta);
    return `${method?.label ?? by.name}${method?.attention_based ? ` (${ATTENTION_WORDS})` : ""}`;
  }
  const attention = meta.encoder ? "Cross attention" : "Attention";
  const { layer, head } = by;
  if (layer === null && head === null) return `${attention}, mean of all layers and heads`;
  if (layer === null) return `${attention} of head ${head}, mean of all layers`;
  return `${attention} of layer ${layer}, ${head === null ? "mean of its heads" : `head ${head}`}`;
}

export function aboutWords({ payload, meta }: TranslationState): string {
  const source = payload.tokens.source?.text.length ?? 0;
  const steps = meta.steps.length;
  return [
    meta.model,
    `${source} + ${steps} tokens`,
    meta.options,
    meta.log_prob === null ? "" : `log-probability ${logProbNumber(meta.log_prob)}`,
    meta.finished ? "" : "stopped before its end",
  ]
    .filter(Boolean)
    .join(" · ");
}

export const ROW_CHOICES: { value: StepRows; label: string; title: string }[] = [
  {
    value: "writes",
    label: "As it was written",
    title: "The row from which a token was written: its query is the token before it",
  },
  {
    value: "reads",
    label: "As it was read",
    title: "The row in which the model read a token again, after it had been written",
  },
];

/** A log-probability and the probability that it stands for. */
export function logProbWords(logProb: number): string {
  return `log-probability ${logProbNumber(logProb)} (${percent(Math.exp(logProb))})`;
}

/** The tokens with the strongest scores, with those. */
function strongestWords(
  labels: string[],
  scores: Float32Array,
  isSigned: boolean,
): { label: string; score: number }[] {
  return [...scores.keys()]
    .map((row) => ({ label: labels[row] ?? "", score: scores[row] ?? Number.NaN }))
    .filter(({ score }) => Math.abs(score) > 0)
    .sort((a, b) => Math.abs(b.score) - Math.abs(a.score))
    .slice(0, PARTNERS)
    .map(({ label, score }) => ({ label: `${label} ${(isSigned ? signed : plain)(score)}`, score }));
}

/** What is looked at, in one line: the pair, or the token with its strongest partners. */
export function readoutOf(
  state: TranslationState,
  sides: Sides,
  shown: ShownScores | null,
  looked: Looked,
  pointed: Pointed | null,
): ReadoutData {
  const hint = "Point at a token to see what it was made from; click to pin it.";
  const [row] = looked.rows;
  if (shown === null || row === undefined) return { subject: "", value: "", where: "", hint };
  const { source, target } = sides;
  const { encoder } = state.meta;
  const isSigned = methodOf(shown.by, state.meta)?.signed ?? false;
  const attention = shown.by.what === "attention";
  const labels = looked.rows.map((each) => sides[looked.side].plan.axis.labels[each]).join(" ");
  if (looked.side === "source") {
    const used = shown.source.rows.map((step) =>
      looked.rows.reduce((sum, each) => sum + (step[each] ?? 0), 0),
    );
    const users = strongestWords(target.plan.axis.labels, Float32Array.from(used), isSigned);
    const value = users.map(({ label }) => label).join(", ");
    return { subject: `${labels} ${attention ? "is looked at by" : "matters to"}`, value, where: "", hint };
  }
  const span = target.plan.axis.spans[row] ?? [0, 0];
  const logProb = logProbOf(state.meta.steps, span);
  const where = looked.rows.length > 1 || logProb === null ? "" : logProbWords(logProb);
  const column = rowOf(source.plan.axis.spans, pointed?.source ?? null);
  if (column >= 0) {
    const score = shown.source.rows[row]?.[column] ?? Number.NaN;
    const subject = `${labels} → ${source.plan.axis.labels[column]}`;
    return { subject, value: (isSigned ? signed : plain)(score), where, hint };
  }
  const all = [
    ...strongestWords(source.plan.axis.labels, shown.source.rows[row] ?? new Float32Array(), isSigned),
    ...(encoder
      ? []
      : strongestWords(target.plan.axis.labels, shown.target.rows[row] ?? new Float32Array(), isSigned)),
  ];
  const value = all
    .sort((a, b) => Math.abs(b.score) - Math.abs(a.score))
    .slice(0, PARTNERS)
    .map(({ label }) => label)
    .join(", ");
  return { subject: `${labels} ${attention ? "looks at" : "is made from"}`, value, where, hint };
}

/** What has to be known of what is on show, one sentence each. */
export function footerWords(state: TranslationState, shown: ShownScores[]): string[] {
  const { meta, mergeWords, rows } = state;
  const notes: string[] = [];
  if (shown.some(({ by }) => by.what === "attention")) {
    notes.push(
      rows === "writes"
        ? "Attention: the row from which a token was written."
        : "Attention: the row in which a token was read again.",
    );
  }
  const methods = shown.map(({ by }) => methodOf(by, meta)).filter((method) => method !== undefined);
  if (methods.some(({ signed }) => signed)) {
    notes.push(
      "A score is what a token adds to the score of the written one: positive raises it, negative lowers it.",
    );
  }
  if (mergeWords) notes.push("Words: the mean over a word's steps of the sum over the other's tokens.");
  const hidden = Math.max(
    0,
    ...shown.map(({ source, target }) => Math.max(source.hiddenShare, target.hiddenShare)),
  );
  if (hidden > 0) notes.push(`Share on hidden tokens: ${percent(hidden)}.`);
  return [...notes, ...methods.map(({ reference }) => sentence(reference)), ...meta.notes.map(sentence)];
}
