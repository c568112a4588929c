import { weightsAsScores } from "../core/score_ramp.js";
import type { ScoreColours } from "../views/attribution_text.js";
import type { Ink } from "../views/ink.js";
import type { Scale } from "../views/scale.js";
import { remembered } from "./remembered.js";
import { PageColours } from "./score_colours.js";
import type { ShownScores } from "./translation_scores.js";
import type { TranslationState } from "./translation_state.js";
import { methodOf } from "./translation_words.js";

export function scaleOf({ by }: Pick<ShownScores, "by">, { meta }: TranslationState): Scale {
  if (by.what === "attention") return "weight";
  return (methodOf(by, meta)?.signed ?? true) ? "signed" : "size";
}

/** The colours of this page: weights have the same ones as in every map of attention, scores those of attributions. */
export class TranslationColours {
  readonly #page: PageColours;
  readonly #weights = remembered<ScoreColours>();

  constructor(root: HTMLElement) {
    this.#page = new PageColours(root);
  }

  /** The page has, or may have, other colours. */
  forget(): void {
    this.#page.forget();
  }

  ink(dark: boolean): Ink | null {
    return this.#page.ink(dark);
  }

  /** Null before the page's colours are known. */
  of({ most }: ShownScores, scale: Scale, dark: boolean): ScoreColours | null {
    if (scale !== "weight") return this.#page.of(most, scale === "signed", dark);
    const ink = this.#page.ink(dark);
    return ink && this.#weights([ink], () => ({ ramp: weightsAsScores(ink.ramp), most: 1, text: ink.text }));
  }
}
