import type { View } from "../view.js";
import { h, on, setText } from "./dom.js";

export interface CopyOptions {
  text(): string;
}

/** How long it says that it did. */
const SAID = 2000;

/** Copies a text. Where the page may not write to the clipboard, the text itself appears, selected, to be copied by hand. */
export function copyButton(): View<string, CopyOptions> {
  const button = h("button.xai-small", {});
  const said = h("span.xai-copy-said", { role: "status" });
  const area = h("textarea.xai-copy-text", {
    readonly: true,
    rows: 6,
    "aria-label": "Text to copy",
  });
  const element = h("div.xai-copy", {}, button, said, area);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let latest: CopyOptions | null = null;
  area.hidden = true;

  function say(words: string): void {
    setText(said, words);
    clearTimeout(timer);
    timer = setTimeout(() => setText(said, ""), SAID);
  }

  async function copy(): Promise<void> {
    const text = latest?.text() ?? "";
    try {
      await navigator.clipboard.writeText(text);
      area.hidden = true;
      say("Copied.");
    } catch {
      area.value = text;
      area.hidden = false;
      area.focus();
      area.select();
      setText(said, "This page may not use the clipboard: copy the text below.");
    }
  }
  on(button, "click", () => void copy());

  return {
    element,
    update(label, options) {
      latest = options;
      setText(button, label);
    },
    destroy() {
      clearTimeout(timer);
      latest = null;
    },
  };
}
