import type { AttentionAxis } from "../core/attention_data.js";
import { scoreCells } from "../core/cells.js";
import type { Hover } from "./attention_data.js";
import { h } from "./controls/dom.js";
import { type HeatMapData, type HeatMapOptions, heatMap } from "./heat_map.js";
import { scoreInk } from "./ink.js";
import type { View } from "./view.js";

export interface AttributionStepsData {
  /** What was written at each step. */
  steps: AttentionAxis;
  /** The tokens of all texts, one after the other. */
  tokens: AttentionAxis;
  /** [step][token]. */
  scores: Float32Array[];
  /** The score that has the full colour. */
  most: number;
  /** Whether a score can be negative. */
  signed: boolean;
}

export interface AttributionStepsOptions {
  dark: boolean;
  /** The step whose scores lie over the text. */
  step: number;
  /** A step and a token, either of them null where only the other is pointed at. */
  hover: Hover | null;
  onHover(hover: Hover | null): void;
  onStep(step: number): void;
}

/** Steps by tokens as a heat map: all scores of a text that was written token by token. A click chooses a step. */
export function attributionSteps(): View<AttributionStepsData, AttributionStepsOptions> {
  const element = h(
    "details.xai-steps-map",
    { open: true },
    h("summary.xai-steps-words", {}, "Every step by every token"),
  );
  let map: View<HeatMapData, HeatMapOptions> | null = null;
  let shown: { from: AttributionStepsData; data: HeatMapData } | null = null;
  let picked: HeatMapOptions["pinned"] = [];

  function make(
    data: HeatMapData,
    options: HeatMapOptions,
    signed: boolean,
  ): View<HeatMapData, HeatMapOptions> {
    return heatMap(data, options, {
      label: "Scores: steps in rows, tokens in columns",
      names: { queries: "Step", keys: "Token" },
      ink: scoreInk(signed),
      onInk: () => {},
    });
  }

  return {
    element,
    update(next, { dark, step, hover, onHover, onStep }) {
      if (picked[0]?.start !== step) picked = [{ side: "query", start: step, stop: step + 1 }];
      const options: HeatMapOptions = {
        dark,
        hover,
        pinned: picked,
        onHover,
        onPin: ({ side, start }) => {
          if (side === "query") onStep(start);
        },
      };
      if (next.signed !== shown?.from.signed) {
        map?.destroy();
        map = null;
      }
      if (next !== shown?.from) {
        const { steps: queries, tokens: keys, scores, most } = next;
        const data = { queries, keys, cells: scoreCells(scores, keys.labels.length, most) };
        shown = { from: next, data };
      }
      if (map === null) {
        map = make(shown.data, options, next.signed);
        element.append(map.element);
      } else map.update(shown.data, options);
    },
    destroy() {
      map?.destroy();
      element.remove();
    },
  };
}
