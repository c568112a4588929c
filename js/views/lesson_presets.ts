import { h, on, setAttribute, setText } from "./controls/dom.js";
import type { View } from "./view.js";

export interface PresetsData {
  names: string[];
  /** The one whose view is on show; "" for none. */
  chosen: string;
  /** What went wrong, in words; "" for nothing. */
  failure: string;
}

export interface PresetsOptions {
  onChoose(name: string): void;
}

/** Named views of a widget, a button each; the one on show is pressed. */
export function lessonPresets(): View<PresetsData, PresetsOptions> {
  const buttons = h("div.xai-lesson-presets-buttons", { role: "group", "aria-label": "Views" });
  const failure = h("p.xai-lesson-notice.xai-lesson-failure", { role: "alert" });
  const element = h(
    "div.xai-lesson-presets",
    {},
    h("span.xai-label", { "aria-hidden": "true" }, "Views"),
    buttons,
    failure,
  );
  let drawn = "";
  let latest: PresetsOptions | null = null;

  on(buttons, "click", ({ target }) => {
    if (target instanceof HTMLButtonElement) latest?.onChoose(target.textContent ?? "");
  });

  return {
    element,
    update({ names, chosen, failure: words }, options) {
      latest = options;
      if (names.join("\n") !== drawn) {
        drawn = names.join("\n");
        buttons.replaceChildren(...names.map((name) => h("button.xai-lesson-preset", {}, name)));
      }
      for (const button of buttons.children) {
        setAttribute(button, "aria-pressed", button.textContent === chosen ? "true" : "false");
      }
      setText(failure, words);
      failure.hidden = words === "";
    },
    destroy() {
      latest = null;
    },
  };
}
