import type { Rgb } from "../core/colour.js";
import { toHex } from "../core/colour.js";
import { h } from "./controls/dom.js";

const STOPS = 24;

/** A scale of colours with numbers under it. */
export function scaleBar() {
  const bar = h("div.xai-legend-bar");
  const ticks = h("div.xai-legend-ticks");
  const element = h("div.xai-legend-scale", {}, bar, ticks);

  return {
    element,
    /** `colourAt` is asked from 0 to 1, null for none of its own; numbers stand at places from 0 to 1. */
    draw(colourAt: ((share: number) => Rgb) | null, numbers: { at: number; words: string }[]): void {
      const stops = Array.from({ length: STOPS + 1 }, (_, i) => colourAt && toHex(colourAt(i / STOPS)));
      bar.style.background = colourAt === null ? "" : `linear-gradient(to right, ${stops.join(", ")})`;
      ticks.replaceChildren(
        ...numbers.map(({ at, words }) => {
          const tick = h("span", {}, words);
          tick.style.left = `${100 * at}%`;
          return tick;
        }),
      );
      bar.classList.toggle("xai-legend-opacity", colourAt === null);
    },
  };
}
