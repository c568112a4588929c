import type {
  AlignmentMethod,
  KindMeta,
  SideSelection,
  StepColour,
  StepRows,
  TranslationMeta,
  TranslationPayload,
  TranslationPresentation,
  TranslationTraits,
} from "../contract.js";
import type { WidgetModel } from "./lifecycle.js";
import { type Refusal, refusalOf } from "./refusal.js";

/** What is to be shown, read from the traits and held to what the payload has. */
export interface TranslationState {
  payload: TranslationPayload;
  meta: TranslationMeta;
  /** The step that is looked at; 0 where nothing was written. */
  step: number;
  /** One, or two side by side. */
  colours: StepColour[];
  rows: StepRows;
  align: AlignmentMethod;
  /** The layer and head of the maps. */
  layer: number;
  head: number;
  selection: SideSelection[];
  presentation: TranslationPresentation[];
  mergeWords: boolean;
  hideSpecial: boolean;
  /** Tokens that the generation on show begins with. */
  forced: (number | string)[];
  /** The beam on show in place of the result; null: the result. */
  beam: number | null;
}

export const SHOWN_TRAITS = [
  "payload",
  "step",
  "colours",
  "rows",
  "align",
  "layer",
  "head",
  "selection",
  "presentation",
  "merge_words",
  "hide_special",
  "forced",
  "beam",
] as const satisfies readonly (keyof TranslationTraits)[];

/**
 * With `saved`, the colours are those that came with the payload, whichever the traits name: without a kernel there are
 * no others.
 */
export function readState(model: WidgetModel<TranslationTraits>, saved: boolean): TranslationState | Refusal {
  const payload = model.get("payload");
  const refused = refusalOf(payload);
  if (refused !== null) return refused;
  const { meta } = payload;
  const { initial } = meta;
  const chosen = model.get("colours").slice(0, 2);
  return {
    payload,
    meta,
    step: Math.max(0, Math.min(model.get("step"), meta.steps.length - 1)),
    colours: saved || chosen.length === 0 ? [initial.by] : chosen,
    rows: saved ? initial.rows : model.get("rows"),
    align: saved ? initial.align : model.get("align"),
    layer: model.get("layer"),
    head: model.get("head"),
    selection: model.get("selection"),
    presentation: model.get("presentation").filter((name) => !absent(meta).includes(name)),
    mergeWords: model.get("merge_words"),
    hideSpecial: model.get("hide_special"),
    forced: model.get("forced"),
    beam: model.get("beam"),
  };
}

/** The presentations that there are none of: prompt and what follows it have no alignment. */
export function absent({ encoder }: TranslationMeta): TranslationPresentation[] {
  return encoder ? [] : ["alignment"];
}

/** The attention from what is written to what was read: the one that colours a step. */
export function readingKind({ kinds }: TranslationMeta): KindMeta | undefined {
  return kinds.find(({ kind }) => kind === "cross") ?? kinds[0];
}
