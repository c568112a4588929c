import type { View } from "../view.js";
import { h, on, setAttribute } from "./dom.js";

export interface PresentationOptions<Name> {
  /** Those that there are none of here. */
  absent?: Name[];
  onPresentation(shown: Name[]): void;
}

/** Which presentations are shown, of those with these names and labels: one or several, never none. */
export function presentationToggle<Name extends string>(
  names: [Name, string][],
): View<Name[], PresentationOptions<Name>> {
  const buttons = names.map(([name, label]) => h("button", { "data-name": name }, label));
  const element = h(
    "div.xai-segmented.xai-presentation",
    { role: "group", "aria-label": "Presentation" },
    ...buttons,
  );
  let shown: Name[] = [];
  let latest: PresentationOptions<Name> | null = null;

  buttons.forEach((button, index) => {
    on(button, "click", () => {
      const name = names[index]?.[0];
      const next = names
        .map(([other]) => other)
        .filter((other) => shown.includes(other) !== (other === name));
      if (next.length > 0) latest?.onPresentation(next);
    });
  });

  return {
    element,
    update(next, options) {
      shown = next;
      latest = options;
      buttons.forEach((button, index) => {
        const on = next.some((name) => name === names[index]?.[0]);
        setAttribute(button, "aria-pressed", on ? "true" : "false");
        button.hidden = options.absent?.some((name) => name === names[index]?.[0]) ?? false;
      });
    },
    destroy() {
      latest = null;
    },
  };
}
