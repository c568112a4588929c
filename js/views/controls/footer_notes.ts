import type { View } from "../view.js";
import { h } from "./dom.js";

/** What is always said under the views: sentences that say what is drawn, what is not, and from what. */
export function footerNotes(): View<string[], null> {
  const notes = h("ul.xai-notes");
  const element = h("footer.xai-footer", {}, notes);
  let drawn = "";

  return {
    element,
    update(sentences) {
      const signature = JSON.stringify(sentences);
      if (signature === drawn) return;
      drawn = signature;
      notes.replaceChildren(...sentences.map((sentence) => h("li", {}, sentence)));
    },
    destroy() {},
  };
}
