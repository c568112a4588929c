import type { StepRows } from "../contract.js";
import { percent, plain, signed } from "../core/numbers.js";
import { isolated, sentence } from "../core/words.js";
import type { DetailsTableData } from "../views/controls/details_table.js";
import type { ReadoutData } from "../views/controls/readout.js";
import { methodOf } from "./translation_colour_words.js";
import { rowOf, SIDES, scoresOf } from "./translation_focus.js";
import type { TranslationScene } from "./translation_scene.js";
import { logProbNumber, logProbOf, type ShownScores } from "./translation_scores.js";
import type { TranslationState } from "./translation_state.js";

/** How many of the strongest partners of a token are said, and what share of the strongest they have to have. */
const PARTNERS = { count: 3, share: 0.02 };

export function aboutWords({ payload, meta }: TranslationState): string {
  const source = payload.tokens.source?.text.length ?? 0;
  const sum = meta.log_prob === null ? "" : `log-probability ${logProbNumber(meta.log_prob)}`;
  return [meta.model, `${source} + ${meta.steps.length} tokens`, sum].filter(Boolean).join(" · ");
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

/** What the tokens that are looked at have to do with every other, and what they are called. */
function partnersOf({ sides, looked }: TranslationScene, shown: ShownScores) {
  const scores = scoresOf(looked, shown);
  const write = shown.scale === "signed" ? signed : plain;
  const nameOf = (side: (typeof SIDES)[number], row: number) =>
    isolated(sides[side].plan.axis.labels[row] ?? "");
  const own = looked.rows.map((row) => nameOf(looked.side, row)).join(" ");
  const verb = {
    target: shown.scale === "weight" ? "looks at" : "is made from",
    source: shown.scale === "weight" ? "is looked at by" : "matters to",
  }[looked.side];
  const of = (side: (typeof SIDES)[number]) =>
    [...(scores[side] ?? [])].map((score, row) => ({ side, row, score }));
  return { own, subject: `${own} ${verb}`, scores, write, nameOf, all: SIDES.flatMap(of) };
}

/**
 * What is looked at, in one line: the pair, or the token with its strongest partners. Of a translation those are the
 * source's: what was written before is coloured, and beside the point in so few words.
 */
export function readoutOf(scene: TranslationScene, shown: ShownScores | null): ReadoutData {
  const { state, sides, looked, pointed } = scene;
  const hint = "Point at a token to see what it was made from; click to pin it.";
  const [row] = looked.rows;
  if (shown === null || row === undefined) return { subject: "", value: "", where: "", hint };
  const { own, subject, scores, write, nameOf, all } = partnersOf(scene, shown);
  const ofTarget = looked.side === "target";
  const logProb = logProbOf(state.meta.steps, sides.target.plan.axis.spans[row] ?? [0, 0]);
  const where = ofTarget && looked.rows.length === 1 && logProb !== null ? logProbWords(logProb) : "";
  const { spans, labels } = sides.source.plan.axis;
  const column = ofTarget ? rowOf(spans, pointed?.source ?? null) : -1;
  if (column >= 0) {
    const value = write(scores.source?.[column] ?? Number.NaN);
    return { subject: `${own} → ${isolated(labels[column] ?? "")}`, value, where, hint };
  }
  const strongest = all
    .filter(
      ({ side, score }) => Math.abs(score) > 0 && (side === "source" || !ofTarget || !state.meta.encoder),
    )
    .sort((a, b) => Math.abs(b.score) - Math.abs(a.score));
  const least = PARTNERS.share * Math.abs(strongest[0]?.score ?? 0);
  const value = strongest
    .slice(0, PARTNERS.count)
    .filter(({ score }) => Math.abs(score) >= least)
    .map(({ side, row, score }) => `${nameOf(side, row)} ${write(score)}`)
    .join(", ");
  return { subject, value: value || "nothing", where, hint };
}

/** The same of every token, as a table. */
export function tableOf(scene: TranslationScene, shown: ShownScores): DetailsTableData {
  const { subject, write, nameOf, all } = partnersOf(scene, shown);
  const rows = all.map(({ side, row, score }) => ({
    key: nameOf(side, row),
    value: Number.isNaN(score) ? "cannot be seen" : write(score),
  }));
  return { caption: `${shown.title}: ${subject}`, rows };
}

/** What has to be known of what is on show, one sentence each. */
export function footerWords({ meta, mergeWords, rows }: TranslationState, shown: ShownScores[]): string[] {
  const notes: string[] = [];
  if (shown.some(({ scale }) => scale === "weight")) {
    const row = rows === "writes" ? "from which a token was written" : "in which a token was read again";
    const kinds = meta.encoder ? "cross attention to the source, decoder self-attention to the target; " : "";
    notes.push(`Attention: ${kinds}the row ${row}.`);
  }
  if (shown.some(({ scale }) => scale === "signed")) {
    notes.push("A score is in the unit of what it explains: positive raises it, negative lowers it.");
  }
  if (mergeWords) notes.push("Words: the mean over a word's steps of the sum over the other's tokens.");
  const hidden = Math.max(
    0,
    ...shown.flatMap(({ source, target }) => [source.hiddenShare, target.hiddenShare]),
  );
  if (hidden > 0) notes.push(`Share of hidden tokens: ${percent(hidden)}.`);
  const papers = shown.flatMap(({ by }) => methodOf(by, meta)?.reference ?? []);
  return [...notes, ...papers.map(sentence), ...meta.notes.map(sentence)];
}
