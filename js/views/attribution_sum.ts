import { plain, signed } from "../core/numbers.js";
import type { WaterfallName, WaterfallStep } from "../core/waterfall.js";
import { h, setText } from "./controls/dom.js";
import type { View } from "./view.js";

export interface AttributionSumData {
  steps: WaterfallStep[];
  /** What each bar is, in words. */
  labels: Record<WaterfallName, string>;
  /** What the residual means, in a sentence. */
  words: string;
  colours: { raises: string; lowers: string } | null;
}

/** What the scores add up to, as a waterfall: baseline, what raises, what lowers, what is left over, and the value. */
export function attributionSum(): View<AttributionSumData, null> {
  const rows = h("ol.xai-sum-rows");
  const words = h("p.xai-sum-words");
  let drawn: AttributionSumData | null = null;
  const element = h("figure.xai-sum", { "aria-label": "What the scores add up to" }, rows, words);

  return {
    element,
    update(data) {
      if (data === drawn) return;
      drawn = data;
      const ends = data.steps.flatMap(({ from, to }) => [from, to]).filter(Number.isFinite);
      const [least, most] = [Math.min(0, ...ends), Math.max(0, ...ends)];
      const share = (value: number) => (most > least ? (100 * (value - least)) / (most - least) : 0);
      rows.style.setProperty("--xai-zero", `${share(0)}%`);
      rows.replaceChildren(
        ...data.steps.map(({ name, from, to }) => {
          const bar = h("span", { class: `xai-sum-bar xai-sum-${name}` });
          bar.style.left = `${share(Math.min(from, to))}%`;
          bar.style.width = `${Math.abs(share(to) - share(from))}%`;
          if (name === "raises" || name === "lowers") bar.style.backgroundColor = data.colours?.[name] ?? "";
          const stands = name === "baseline" || name === "value";
          return h(
            "li",
            { class: stands ? "xai-sum-total" : null },
            h("span.xai-sum-label", {}, data.labels[name]),
            h("span.xai-sum-track", { "aria-hidden": "true" }, bar),
            h("span.xai-sum-number", {}, stands ? plain(to) : signed(to - from)),
          );
        }),
      );
      setText(words, data.words);
    },
    destroy() {
      element.remove();
    },
  };
}
