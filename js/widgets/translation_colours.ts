import { colourAt } from "../core/ramp.js";
import type { ScoreColours } from "../views/attribution_text.js";
import type { ColourLegendData } from "../views/colour_legend.js";
import type { Ink } from "../views/ink.js";
import { remembered } from "./remembered.js";
import { PageColours } from "./score_colours.js";
import type { ShownScores } from "./translation_scores.js";

/** The colours of this page: weights have the same ones as in every map of attention, scores those of attributions. */
export class TranslationColours extends PageColours {
  readonly #weights = remembered<ScoreColours>();

  legend(
    { scale, most, title }: Pick<ShownScores, "title" | "scale" | "most">,
    dark: boolean,
  ): ColourLegendData {
    const ink = this.ink(dark);
    const colours = scale === "weight" ? this.#ofWeights(ink) : this.of(most, scale === "signed", dark);
    return { title, scale, colours, ink, unseen: false };
  }

  #ofWeights(ink: Ink | null): ScoreColours | null {
    if (ink === null) return null;
    const { ramp, text } = ink;
    return this.#weights([ink], () => ({
      ramp,
      most: 1,
      text,
      ofWeight: (weight) => colourAt(ramp, weight),
    }));
  }
}
