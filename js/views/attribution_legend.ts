import { toHex } from "../core/colour.js";
import { plain, signed } from "../core/numbers.js";
import { scoreColour } from "../core/score_ramp.js";
import type { ScoreColours } from "./attribution_text.js";
import { h, setText } from "./controls/dom.js";
import type { View } from "./view.js";

export interface AttributionLegendData {
  /** Whether a score can be negative. */
  signed: boolean;
  colours: ScoreColours | null;
  /** What the scale measures: "Score, in logits". */
  title: string;
}

const STOPS = 20;

/** What the colours mean: the scale with its ends in numbers and words, always on show. */
export function attributionLegend(): View<AttributionLegendData, null> {
  const title = h("span.xai-legend-title");
  const bar = h("div.xai-legend-bar");
  const ticks = h("div.xai-legend-ticks");
  const low = h("span", {});
  const high = h("span", {});
  const element = h(
    "div.xai-legend.xai-score-legend",
    {},
    title,
    h("span.xai-legend-ends", {}, low, h("div.xai-legend-scale", {}, bar, ticks), high),
  );
  let drawn: ScoreColours | null = null;

  function draw(colours: ScoreColours, both: boolean): void {
    const { ramp, most } = colours;
    const least = both ? -most : 0;
    const stops = Array.from({ length: STOPS + 1 }, (_, i) =>
      toHex(scoreColour(ramp, least + ((most - least) * i) / STOPS, most)),
    );
    bar.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
    const words = both ? [signed(-most), "0", signed(most)] : ["0", plain(most)];
    ticks.replaceChildren(
      ...words.map((text, i) => {
        const tick = h("span", {}, text);
        tick.style.left = `${(100 * i) / (words.length - 1)}%`;
        return tick;
      }),
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
