import { colourAt } from "../core/ramp.js";
import type { AttentionData } from "./attention_data.js";
import { h, setText } from "./controls/dom.js";
import type { Ink } from "./ink.js";
import { scaleBar } from "./scale_bar.js";
import type { View } from "./view.js";

export interface LegendData {
  /** What the scale measures, e.g. "Weight, mean over 12 heads". */
  title: string;
  /** Cells are coloured by the ramp; lines and boxes have their head's colour, and the weight as their opacity. */
  scale: "ramp" | "opacity";
  unseen: boolean;
  nan: boolean;
  /** The colours of the page; null before the page is known. */
  ink: Ink | null;
}

/** The ramp goes by the square root of the weight, so that small weights keep their differences. */
const TICKS = { ramp: [0, 0.05, 0.25, 0.5, 1], opacity: [0, 0.5, 1] };

/** What the colours mean, always on show. */
export function legend(): View<LegendData, null> {
  const title = h("span.xai-legend-title");
  const bar = scaleBar();
  const nanMark = h("span.xai-legend-swatch.xai-legend-nan", { "aria-hidden": "true" }, "×");
  const unseen = h(
    "span.xai-legend-item",
    {},
    h("span.xai-legend-swatch.xai-legend-unseen", { "aria-hidden": "true" }),
    "cannot see",
  );
  const nan = h("span.xai-legend-item", {}, nanMark, "not a number");
  const element = h("div.xai-legend", {}, title, bar.element, unseen, nan);
  let drawn: Pick<LegendData, "scale" | "ink"> | null = null;

  function drawScale({ scale, ink }: LegendData): void {
    if (ink === null || (drawn?.scale === scale && drawn.ink === ink)) return;
    drawn = { scale, ink };
    const ramp = scale === "ramp";
    bar.draw(
      ramp ? (share) => colourAt(ink.ramp, share ** 2) : null,
      TICKS[scale].map((weight) => ({ at: ramp ? Math.sqrt(weight) : weight, words: String(weight) })),
    );
    nanMark.style.color = ink.nan;
  }

  return {
    element,
    update(data) {
      setText(title, data.title);
      unseen.hidden = !data.unseen;
      nan.hidden = !data.nan;
      drawScale(data);
    },
    destroy() {
      element.remove();
    },
  };
}

/** Whose weights cells show: "Weight, head 3", or "Weight, mean over 12 heads". */
export function headsTitle({ heads }: AttentionData): string {
  const [first, second] = heads;
  if (first === undefined) return "Weight";
  return second === undefined ? `Weight, head ${first.head}` : `Weight, mean over ${heads.length} heads`;
}
