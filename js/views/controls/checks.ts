import type { View } from "../view.js";
import { h, on } from "./dom.js";

export interface Check {
  label: string;
  /** Said in full. */
  title: string;
  on: boolean;
}

export interface ChecksOptions {
  onCheck(index: number, on: boolean): void;
}

/** Choices that are on or off, each by itself. Their labels stay the same while they live. */
export function checks(): View<Check[], ChecksOptions> {
  const element = h("div.xai-options", { role: "group", "aria-label": "Options" });
  let boxes: HTMLInputElement[] = [];
  let latest: ChecksOptions | null = null;

  function build(each: Check[]): void {
    boxes = each.map((_, index) => {
      const box = h("input", { type: "checkbox" });
      on(box, "change", () => latest?.onCheck(index, box.checked));
      return box;
    });
    element.replaceChildren(
      ...each.map(({ label, title }, index) =>
        h("label.xai-check", { title }, boxes[index] as HTMLInputElement, label),
      ),
    );
  }

  return {
    element,
    update(next, options) {
      latest = options;
      if (boxes.length !== next.length) build(next);
      next.forEach(({ on }, index) => {
        (boxes[index] as HTMLInputElement).checked = on;
      });
    },
    destroy() {
      latest = null;
    },
  };
}
