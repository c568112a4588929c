import type { View } from "../view.js";
import { h, setText } from "./dom.js";

export interface NoticeData {
  /** "" hides it. */
  words: string;
  /** What a button next to the words does, if there is something to do. */
  action: string | null;
}

export interface NoticeOptions {
  onAction(): void;
}

/** Something that the person should know about the whole widget, such as a kernel that does not answer. */
export function notice(): View<NoticeData, NoticeOptions> {
  const words = h("span");
  const action = h("button", { type: "button", class: "xai-small" });
  const element = h("div", { class: "xai-notice xai-empty", role: "status" }, words);
  let latest: NoticeOptions | null = null;
  action.addEventListener("click", () => latest?.onAction());

  return {
    element,
    update(data, options) {
      latest = options;
      setText(words, data.words);
      element.classList.toggle("xai-empty", data.words === "");
      if (data.action !== null) {
        setText(action, data.action);
        element.append(action);
      } else action.remove();
    },
    destroy() {
      latest = null;
    },
  };
}
