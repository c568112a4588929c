import type { View } from "../view.js";
import { changes, h } from "./dom.js";

/** What is always said under the views: sentences that say what is drawn, what is not, and from what. */
export function footerNotes(): View<string[], null> {
  const notes = h("ul.xai-notes");
  const element = h("footer.xai-footer", {}, notes);
  const isOther = changes();

  return {
    element,
    update(sentences) {
      if (isOther(sentences)) notes.replaceChildren(...sentences.map((sentence) => h("li", {}, sentence)));
    },
    destroy() {},
  };
}
