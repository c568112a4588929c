import { plain, signed } from "../core/numbers.js";
import { scoreColour } from "../core/score_ramp.js";
import type { ScoreColours } from "./attribution_text.js";
import { h, setText } from "./controls/dom.js";
import { scaleBar } from "./scale_bar.js";
import type { View } from "./view.js";

export interface AttributionLegendData {
  /** Whether a score can be negative. */
  signed: boolean;
  colours: ScoreColours | null;
  /** What the scale measures: "Score, in logits". */
  title: string;
}

/** What the colours mean: the scale with its ends in numbers and words, always on show. */
export function attributionLegend(): View<AttributionLegendData, null> {
  const title = h("span.xai-legend-title");
  const bar = scaleBar();
  const low = h("span", {});
  const high = h("span", {});
  const element = h(
    "div.xai-legend.xai-score-legend",
    {},
    title,
    h("span.xai-legend-ends", {}, low, bar.element, high),
  );
  let drawn: ScoreColours | null = null;

  function draw(colours: ScoreColours, both: boolean): void {
    const { ramp, most } = colours;
    const least = both ? -most : 0;
    const words = both ? [signed(-most), "0", signed(most)] : ["0", plain(most)];
    bar.draw(
      (share) => scoreColour(ramp, least + (most - least) * share, most),
      words.map((text, i) => ({ at: i / (words.length - 1), words: text })),
    );
  }

  return {
    element,
    update(data) {
      setText(title, data.title);
      setText(low, data.signed ? "lowers it" : "matters little");
      setText(high, data.signed ? "raises it" : "matters most");
      if (data.colours === null || data.colours === drawn) return;
      drawn = data.colours;
      draw(drawn, data.signed);
    },
    destroy() {
      element.remove();
    },
  };
}
