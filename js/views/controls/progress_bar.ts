import type { Progress } from "../../contract.js";
import type { View } from "../view.js";
import { h, on, setAttribute, setText } from "./dom.js";

/** Work that is done sooner is never shown as under way, so that nothing flickers. */
export const PROGRESS_DELAY = 200;

export interface ProgressOptions {
  /** Null where the work cannot be stopped. */
  onCancel: (() => void) | null;
  /** Shown from now on, or no longer. */
  onShown(shown: boolean): void;
}

/** How far the work is, in words and as a bar, with a way to stop it. */
export function progressBar(): View<Progress | null, ProgressOptions> {
  const label = h("span.xai-progress-label");
  const fill = h("span.xai-progress-fill");
  const bar = h("div.xai-progress-bar", { role: "progressbar", "aria-valuemin": 0 }, fill);
  const cancel = h("button.xai-small", {}, "Cancel");
  const element = h("div.xai-progress", { hidden: true }, label, bar, cancel);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let latest: ProgressOptions | null = null;

  on(cancel, "click", () => latest?.onCancel?.());

  function show(shown: boolean): void {
    if (element.hidden !== shown) return;
    element.hidden = !shown;
    latest?.onShown(shown);
  }

  function draw(progress: Progress): void {
    const known = progress.total > 0;
    const words = progress.label.charAt(0).toUpperCase() + progress.label.slice(1);
    setText(label, known ? `${words}: ${progress.done} of ${progress.total}` : `${words}…`);
    setAttribute(bar, "aria-label", words);
    setAttribute(bar, "aria-valuemax", known && progress.total);
    setAttribute(bar, "aria-valuenow", known && progress.done);
    bar.classList.toggle("xai-indeterminate", !known);
    fill.style.inlineSize = known ? `${(100 * progress.done) / progress.total}%` : "";
  }

  return {
    element,
    update(progress, options) {
      latest = options;
      cancel.hidden = options.onCancel === null;
      if (progress === null) {
        clearTimeout(timer);
        timer = undefined;
        show(false);
        return;
      }
      draw(progress);
      timer ??= setTimeout(() => show(true), PROGRESS_DELAY);
    },
    destroy() {
      clearTimeout(timer);
      latest = null;
    },
  };
}
