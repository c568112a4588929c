import type { Presentation } from "../../contract.js";
import type { View } from "../view.js";
import { h, setAttribute } from "./dom.js";

const NAMES: [Presentation, string][] = [
  ["lines", "Lines"],
  ["matrix", "Matrix"],
  ["grid", "Grid"],
];

export interface PresentationOptions {
  onPresentation(shown: Presentation[]): void;
}

/** Which of the three presentations are shown: one or several, never none. */
export function presentationToggle(): View<Presentation[], PresentationOptions> {
  const buttons = NAMES.map(([name, label]) => h("button", { type: "button", "data-name": name }, label));
  const element = h(
    "div",
    { class: "xai-segmented xai-presentation", role: "group", "aria-label": "Presentation" },
    ...buttons,
  );
  let shown: Presentation[] = [];
  let latest: PresentationOptions | null = null;

  buttons.forEach((button, index) => {
    button.addEventListener("click", () => {
      const name = (NAMES[index] as [Presentation, string])[0];
      const next = NAMES.map(([other]) => other).filter(
        (other) => shown.includes(other) !== (other === name),
      );
      if (next.length > 0) latest?.onPresentation(next);
    });
  });

  return {
    element,
    update(next, options) {
      shown = next;
      latest = options;
      buttons.forEach((button, index) => {
        const on = next.includes((NAMES[index] as [Presentation, string])[0]);
        setAttribute(button, "aria-pressed", on ? "true" : "false");
      });
    },
    destroy() {
      latest = null;
    },
  };
}
