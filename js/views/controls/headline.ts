import type { View } from "../view.js";
import { h, setText } from "./dom.js";

export interface HeadlineData {
  /** What is explained, with its value. */
  what: string;
  /** By which method, and from which baseline. */
  by: string;
  /** What the scores are not, in words; "" for nothing. */
  label: string;
}

/** What is explained, in one line, always on show. */
export function headline(): View<HeadlineData, null> {
  const what = h("strong.xai-headline-what");
  const by = h("span.xai-headline-by");
  const label = h("span.xai-badge");
  const element = h("p.xai-headline", {}, what, by, label);

  return {
    element,
    update(data) {
      setText(what, data.what);
      setText(by, data.by);
      setText(label, data.label);
      label.hidden = data.label === "";
    },
    destroy() {},
  };
}
