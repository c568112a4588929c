import { toHex } from "../core/colour.js";
import { colourAt, type WeightRamp } from "../core/ramp.js";
import type { AttentionData } from "./attention_data.js";
import { h, setText } from "./controls/dom.js";
import type { View } from "./view.js";

export interface LegendData {
  /** What the scale measures, e.g. "Weight, mean over 12 heads". */
  title: string;
  /** Cells are coloured by the ramp; lines and boxes have their head's colour, and the weight as their opacity. */
  scale: "ramp" | "opacity";
  unseen: boolean;
  nan: boolean;
}

export interface LegendOptions {
  ramp: WeightRamp;
}

/** The ramp goes by the square root of the weight, so that small weights keep their differences. */
const TICKS = { ramp: [0, 0.01, 0.1, 0.25, 0.5, 1], opacity: [0, 0.5, 1] };
const STOPS = 24;

/** What the colours mean, always on show. */
export function legend(data: LegendData, options: LegendOptions): View<LegendData, LegendOptions> {
  const title = h("span", { class: "xai-legend-title" });
  const bar = h("div", { class: "xai-legend-bar" });
  const ticks = h("div", { class: "xai-legend-ticks" });
  const nanMark = h("span", { class: "xai-legend-swatch xai-legend-nan", "aria-hidden": "true" }, "×");
  const unseen = h(
    "span",
    { class: "xai-legend-item" },
    h("span", { class: "xai-legend-swatch xai-legend-unseen", "aria-hidden": "true" }),
    "cannot see",
  );
  const nan = h("span", { class: "xai-legend-item" }, nanMark, "not a number");
  const scale = h("div", { class: "xai-legend-scale" }, bar, ticks);
  const element = h("div", { class: "xai-legend" }, title, scale, unseen, nan);
  let drawn: { scale: LegendData["scale"]; ramp: WeightRamp } | null = null;

  function drawScale(): void {
    if (drawn !== null && drawn.scale === data.scale && drawn.ramp === options.ramp) return;
    drawn = { scale: data.scale, ramp: options.ramp };
    const colours = Array.from({ length: STOPS + 1 }, (_, i) =>
      toHex(colourAt(options.ramp, (i / STOPS) ** 2)),
    );
    bar.style.background = data.scale === "ramp" ? `linear-gradient(to right, ${colours.join(", ")})` : "";
    bar.classList.toggle("xai-legend-opacity", data.scale === "opacity");
    ticks.replaceChildren(
      ...TICKS[data.scale].map((weight) => {
        const tick = h("span", {}, String(weight));
        tick.style.insetInlineStart = `${100 * (data.scale === "ramp" ? Math.sqrt(weight) : weight)}%`;
        return tick;
      }),
    );
    nanMark.style.color = toHex(options.ramp.nan);
  }

  function draw(): void {
    setText(title, data.title);
    unseen.hidden = !data.unseen;
    nan.hidden = !data.nan;
    drawScale();
  }

  draw();
  return {
    element,
    update(nextData, nextOptions) {
      data = nextData;
      options = nextOptions;
      draw();
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
