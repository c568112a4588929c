import type { View } from "../view.js";
import { changes, h, on, setAttribute, uniqueId } from "./dom.js";

export interface LayerData {
  /** The layers that have attention, by their own numbers, ascending. */
  layers: number[];
  layer: number;
}

export interface LayerOptions {
  onLayer(layer: number): void;
}

/** A layer (or a head: `name`) by its number, or by stepping to the one before and the one after. */
export function layerStepper(name = "Layer"): View<LayerData, LayerOptions> {
  const id = uniqueId("xai-layer");
  const back = h("button.xai-step", { "aria-label": `${name} before` }, "‹");
  const forth = h("button.xai-step", { "aria-label": `${name} after` }, "›");
  const select = h("select.xai-select", { id });
  const element = h(
    "div.xai-layer",
    {},
    h("label.xai-label", { for: id }, name),
    h("div.xai-stepper", {}, back, select, forth),
  );
  const isOther = changes();
  let data: LayerData = { layers: [], layer: 0 };
  let latest: LayerOptions | null = null;

  function step(by: number): void {
    const layer = data.layers[data.layers.indexOf(data.layer) + by];
    if (layer === undefined) return;
    // Two steps before the next drawing are two steps.
    data = { ...data, layer };
    latest?.onLayer(layer);
  }
  on(back, "click", () => step(-1));
  on(forth, "click", () => step(1));
  on(select, "change", () => latest?.onLayer(Number(select.value)));

  return {
    element,
    update(next, options) {
      data = next;
      latest = options;
      if (isOther(next.layers)) {
        select.replaceChildren(...next.layers.map((layer) => h("option", { value: layer }, String(layer))));
      }
      select.value = String(next.layer);
      const index = next.layers.indexOf(next.layer);
      // aria-disabled, not disabled: a button that goes dead under the finger would throw the focus away.
      setAttribute(back, "aria-disabled", index <= 0 ? "true" : "false");
      setAttribute(forth, "aria-disabled", index >= next.layers.length - 1 ? "true" : "false");
      select.disabled = next.layers.length < 2;
    },
    destroy() {
      latest = null;
    },
  };
}
