import type {
  AttributionMeta,
  AttributionPayload,
  AttributionQuestion,
  AttributionRun,
  AttributionTarget,
  AttributionTraits,
  SideSelection,
} from "../contract.js";
import type { WidgetModel } from "./lifecycle.js";
import { type Refusal, refusalOf } from "./refusal.js";

/** What is to be shown, read from the traits and held to what the payload has. */
export interface AttributionState {
  payload: AttributionPayload;
  meta: AttributionMeta;
  /** The method's own run; those that it is compared with follow it in `meta.runs`. */
  first: AttributionRun;
  /** The question on show, with what was asked since and is not answered yet. */
  question: AttributionQuestion;
  /** The target on show, whatever was asked since. */
  target: AttributionTarget;
  step: number;
  nSteps: number;
  selection: SideSelection[];
  mergeWords: boolean;
  hideSpecial: boolean;
  showScores: boolean;
  /** Layer (its own number) and head whose attention stands beside the scores. */
  head: [number, number] | null;
}

export const SHOWN_TRAITS = [
  "payload",
  "target",
  "method",
  "compare",
  "value",
  "baseline",
  "at",
  "step",
  "selection",
  "merge_words",
  "hide_special",
  "show_scores",
  "attention_head",
] as const satisfies readonly (keyof AttributionTraits)[];

export function readState(
  model: WidgetModel<AttributionTraits>,
  underway: Partial<AttributionQuestion>,
): AttributionState | Refusal {
  const payload = model.get("payload");
  const refused = refusalOf(payload);
  if (refused !== null) return refused;
  const { meta } = payload;
  const first = meta.runs[0];
  if (first === undefined) return { refusal: "There is no attribution to show." };
  const nSteps = first.value.length;
  return {
    payload,
    meta,
    first,
    question: {
      text: model.get("text"),
      text_pair: model.get("text_pair"),
      target: model.get("target"),
      method: model.get("method"),
      compare: model.get("compare"),
      value: model.get("value"),
      baseline: model.get("baseline"),
      at: model.get("at"),
      ...underway,
    },
    target: model.get("target"),
    step: Math.max(0, Math.min(model.get("step"), nSteps - 1)),
    nSteps,
    selection: model.get("selection") ?? [],
    mergeWords: model.get("merge_words"),
    hideSpecial: model.get("hide_special"),
    showScores: model.get("show_scores"),
    head: headOf(meta, model.get("attention_head")),
  };
}

/** The head that was chosen, where the model has it. */
function headOf(meta: AttributionMeta, chosen: [number, number] | null | undefined): [number, number] | null {
  if (meta.attention === null || !chosen) return null;
  const [layer, head] = chosen;
  const index = meta.attention.layers.indexOf(layer);
  return index >= 0 && head >= 0 && head < (meta.attention.heads[index] ?? 0) ? [layer, head] : null;
}

/** The candidate that is explained and the one that it is held against; null where they are none of the candidates. */
export function chosenCandidates(
  { payload, meta, question }: AttributionState,
  step: number,
): {
  explained: number | null;
  against: number | null;
} {
  const candidates = meta.candidates[step] ?? [];
  if (meta.steps !== null) {
    // Each step explains the token that was written there.
    const written = payload.tokens[meta.steps];
    const [id, text] = [written?.ids[step], written?.text[step]];
    const found =
      candidates.find((each) => each.id === id) ??
      candidates.find((each) => each.text.trim() === text?.trim());
    return { explained: found?.id ?? null, against: null };
  }
  const { target } = question;
  const idOf = (name: number | string): number | null =>
    candidates.find(({ id, text }) => id === name || text === name)?.id ??
    candidates.find(({ text }) => typeof name === "string" && text.trim() === name.trim())?.id ??
    null;
  if (target === null) return { explained: meta.explained, against: null };
  if (!Array.isArray(target)) return { explained: idOf(target), against: null };
  return { explained: idOf(target[0]), against: idOf(target[1]) };
}
