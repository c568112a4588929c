import { cellsOf } from "../core/cells.js";
import { meanOverHeads } from "../core/prepare.js";
import type { AttentionData, AttentionViewOptions } from "./attention_data.js";
import { h, setText } from "./controls/dom.js";
import { emptyWords } from "./empty_words.js";
import { type HeatMapData, heatMap } from "./heat_map.js";
import { type Ink, readInk } from "./ink.js";
import { headsTitle, legend } from "./legend.js";
import type { View } from "./view.js";

/** Queries by keys as a heat map: the weights of one head, or their mean over the heads that are on. */
export function attentionMatrix(
  data: AttentionData,
  options: AttentionViewOptions,
): View<AttentionData, AttentionViewOptions> {
  const words = h("p.xai-empty");
  const key = legend();
  let ink: Ink | null = null;
  let shown = prepare(data, options);
  const map = heatMap(shown, options, {
    label: "Attention weights: queries in rows, keys in columns",
    names: { queries: "Query", keys: "Key" },
    ink: readInk,
    onInk: (next) => {
      ink = next;
      say();
    },
  });
  const { element } = map;
  element.append(words, key.element);

  function prepare(
    { heads, queries, keys }: AttentionData,
    { threshold }: AttentionViewOptions,
  ): HeatMapData {
    const weights = meanOverHeads(heads) ?? new Float32Array();
    return { queries, keys, cells: cellsOf(weights, keys.labels.length, threshold) };
  }

  function say(): void {
    const nothing = emptyWords(data);
    setText(words, nothing);
    words.hidden = nothing === "";
    const { hasUnseen: unseen, hasNaN: nan } = shown.cells;
    key.update({ title: headsTitle(data), scale: "ramp", unseen, nan, ink }, null);
  }

  return {
    element,
    update(nextData, nextOptions) {
      const other = nextData !== data || nextOptions.threshold !== options.threshold;
      data = nextData;
      options = nextOptions;
      if (other) {
        shown = prepare(data, options);
        say();
      }
      map.update(shown, options);
    },
    destroy() {
      map.destroy();
    },
  };
}
