import type { View } from "../view.js";
import { changes, h, on, uniqueId } from "./dom.js";

export interface Segment<Value extends string> {
  value: Value;
  label: string;
  /** Said in full, where the label is short. */
  title?: string;
}

export interface SegmentedData<Value extends string> {
  label: string;
  choices: Segment<Value>[];
  chosen: Value;
}

export interface SegmentedOptions<Value extends string> {
  onChoose(value: Value): void;
}

/** One of a few choices, side by side. Native radio buttons: the keyboard and screen readers know them. */
export function segmented<Value extends string>(): View<SegmentedData<Value>, SegmentedOptions<Value>> {
  const name = uniqueId("xai-choice");
  const legend = h("legend.xai-hidden");
  const element = h("fieldset.xai-segmented", {}, legend);
  let inputs: HTMLInputElement[] = [];
  const isOther = changes();
  let latest: SegmentedOptions<Value> | null = null;

  on(element, "change", (event) => {
    const input = event.target;
    if (input instanceof HTMLInputElement) latest?.onChoose(input.value as Value);
  });

  function build(choices: Segment<Value>[]): void {
    inputs = choices.map((choice) => h("input.xai-hidden", { type: "radio", name, value: choice.value }));
    const labels = choices.map((choice, index) =>
      h("label", { title: choice.title }, inputs[index] as HTMLInputElement, h("span", {}, choice.label)),
    );
    element.replaceChildren(legend, ...labels);
  }

  return {
    element,
    update(data, options) {
      latest = options;
      if (isOther([data.label, data.choices])) {
        legend.textContent = data.label;
        build(data.choices);
      }
      for (const input of inputs) input.checked = input.value === data.chosen;
      element.hidden = data.choices.length < 2;
    },
    destroy() {
      latest = null;
    },
  };
}
