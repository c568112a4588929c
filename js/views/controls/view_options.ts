import type { View } from "../view.js";
import { h, on, setAttribute, setText, uniqueId } from "./dom.js";

export interface ViewOptionsData {
  hideSpecial: boolean;
  mergeWords: boolean;
  threshold: number;
}

export interface ViewOptionsOptions {
  onHideSpecial(on: boolean): void;
  onMergeWords(on: boolean): void;
  /** `settled` is false while the slider is being dragged. */
  onThreshold(threshold: number, settled: boolean): void;
}

const STEPS = 100;

/** The choices that apply to all presentations: what is hidden, and what is merged. */
export function viewOptions(): View<ViewOptionsData, ViewOptionsOptions> {
  const hideSpecial = h("input", { type: "checkbox" });
  const mergeWords = h("input", { type: "checkbox" });
  const id = uniqueId("xai-threshold");
  const threshold = h("input.xai-slider", { id, type: "range", min: 0, max: STEPS, step: 1 });
  const number = h("output.xai-number", { for: id });
  const element = h(
    "div.xai-options",
    { role: "group", "aria-label": "Options" },
    h(
      "label.xai-check",
      { title: "Leave out [CLS], [SEP], </s> and their kin" },
      hideSpecial,
      "Hide special tokens",
    ),
    h(
      "label.xai-check",
      { title: "Show whole words: queries averaged, keys summed over their pieces" },
      mergeWords,
      "Merge into words",
    ),
    h(
      "div.xai-threshold",
      { title: "Weights below this are not drawn" },
      h("label", { for: id }, "Hide below"),
      threshold,
      number,
    ),
  );
  let latest: ViewOptionsOptions | null = null;

  on(hideSpecial, "change", () => latest?.onHideSpecial(hideSpecial.checked));
  on(mergeWords, "change", () => latest?.onMergeWords(mergeWords.checked));
  for (const [event, settled] of [
    ["input", false],
    ["change", true],
  ] as const) {
    on(threshold, event, () => latest?.onThreshold(weightAt(Number(threshold.value)), settled));
  }

  return {
    element,
    update(data, options) {
      latest = options;
      hideSpecial.checked = data.hideSpecial;
      mergeWords.checked = data.mergeWords;
      if (weightAt(Number(threshold.value)) !== data.threshold) {
        threshold.value = String(Math.round(STEPS * Math.sqrt(data.threshold)));
      }
      setText(number, data.threshold.toFixed(data.threshold > 0 && data.threshold < 0.01 ? 4 : 2));
      setAttribute(threshold, "aria-valuetext", `weights below ${data.threshold} are hidden`);
    },
    destroy() {
      latest = null;
    },
  };
}

/** Most weights are small, so the slider gives them most of its length. */
function weightAt(step: number): number {
  return Math.round(10000 * (step / STEPS) ** 2) / 10000;
}
