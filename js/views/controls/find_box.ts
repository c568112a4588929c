import type { View } from "../view.js";
import { h, on, setText, uniqueId } from "./dom.js";

export interface FindBoxData {
  /** What came of the last search, in words; "" before there was one. */
  found: string;
}

export interface FindBoxOptions {
  /** Goes to the next place where the text stands, or the one before. */
  onFind(text: string, backwards: boolean): void;
}

/** Searches a long text: Enter goes to the next place, Shift+Enter to the one before. */
export function findBox(): View<FindBoxData, FindBoxOptions> {
  const id = uniqueId("xai-find");
  const input = h("input.xai-field", {
    id,
    type: "search",
    dir: "auto",
    placeholder: "Find a token",
    autocomplete: "off",
    spellcheck: "false",
  });
  const words = h("span.xai-find-words", { role: "status" });
  const element = h("form.xai-find", {}, h("label.xai-hidden", { for: id }, "Find a token"), input, words);
  let latest: FindBoxOptions | null = null;

  on(element, "submit", (event) => event.preventDefault());
  on(input, "keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    latest?.onFind(input.value, event.shiftKey);
  });

  return {
    element,
    update({ found }, options) {
      latest = options;
      setText(words, found);
    },
    destroy() {
      latest = null;
    },
  };
}
