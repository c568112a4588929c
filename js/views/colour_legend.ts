import { attributionLegend } from "./attribution_legend.js";
import type { ScoreColours } from "./attribution_text.js";
import { h } from "./controls/dom.js";
import type { Ink } from "./ink.js";
import { legend } from "./legend.js";
import type { Scale } from "./scale.js";
import type { View } from "./view.js";

export interface ColourLegendData {
  /** What the colours are of. */
  title: string;
  scale: Scale;
  /** Null before the page's colours are known. */
  colours: ScoreColours | null;
  ink: Ink | null;
  /** Whether something on show cannot be seen by what looks. */
  unseen: boolean;
}

/** What colours mean, of weights and of scores. */
export function colourLegend(): View<ColourLegendData, null> {
  const weights = legend();
  const scores = attributionLegend();
  const element = h("div.xai-colour-legend", {}, weights.element, scores.element);

  return {
    element,
    update({ title, scale, colours, ink, unseen }) {
      weights.element.hidden = scale !== "weight";
      scores.element.hidden = scale === "weight";
      if (scale === "weight") weights.update({ title, scale: "ramp", unseen, nan: false, ink }, null);
      else scores.update({ title, colours, signed: scale === "signed" }, null);
    },
    destroy() {
      weights.destroy();
      scores.destroy();
      element.remove();
    },
  };
}
