import type { View } from "../view.js";
import { changes, h, on, setAttribute, uniqueId } from "./dom.js";

export interface Choice {
  value: string;
  label: string;
  /** Choices of one group stand together under its name; "" for none. */
  group: string;
  /** Why it cannot be chosen, in words; null where it can. */
  refused: string | null;
}

/** What can be chosen. */
export function open(value: string, label: string, group = ""): Choice {
  return { value, label, group, refused: null };
}

export interface ChoiceData {
  label: string;
  choices: Choice[];
  chosen: string;
}

export interface ChoiceOptions {
  onChoose(value: string): void;
}

/** One of many, by name, in groups; what cannot be chosen says why. */
export function choice(): View<ChoiceData, ChoiceOptions> {
  const id = uniqueId("xai-choice");
  const label = h("label.xai-label", { for: id });
  const select = h("select.xai-select", { id });
  const element = h("div.xai-choice", {}, label, select);
  const isOther = changes();
  let latest: ChoiceOptions | null = null;
  on(select, "change", () => latest?.onChoose(select.value));

  function build(choices: Choice[]): void {
    const groups = new Map<string, HTMLOptionElement[]>();
    for (const { value, label: text, group, refused } of choices) {
      const words = refused === null ? text : `${text} (${refused})`;
      const option = h("option", { value, disabled: refused !== null, title: refused }, words);
      groups.set(group, [...(groups.get(group) ?? []), option]);
    }
    select.replaceChildren(
      ...[...groups].flatMap(([group, options]): HTMLElement[] =>
        group === "" ? options : [h("optgroup", { label: group }, ...options)],
      ),
    );
  }

  return {
    element,
    update(data, options) {
      latest = options;
      if (isOther(data.choices)) build(data.choices);
      label.textContent = data.label;
      select.value = data.chosen;
      setAttribute(select, "disabled", data.choices.length < 2);
      element.hidden = data.choices.length === 0;
    },
    destroy() {
      latest = null;
    },
  };
}
