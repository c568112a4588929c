import type { Progress } from "../../contract.js";
import type { View } from "../view.js";
import { h, on, setText, uniqueId } from "./dom.js";
import { progressBar } from "./progress_bar.js";

export interface Failure {
  message: string;
  /** A remedy that a button can offer. */
  offer: "truncate" | null;
}

export interface StatusData {
  /** What is on show, when nothing else is to be said. */
  about: string;
  progress: Progress | null;
  /** Something to know that is no failure of the person's own doing; "" for nothing. */
  notice: string;
  failure: Failure | null;
}

export interface StatusOptions {
  onCancel: (() => void) | null;
  onTruncate(): void;
}

export interface StatusLine extends View<StatusData, StatusOptions> {
  /** Id of the element that says what went wrong, for `aria-describedby`. */
  readonly failureId: string;
}

/** One line that is always there: what is on show, or how far the work is, or what went wrong. */
export function statusLine(): StatusLine {
  const failureId = uniqueId("xai-failure");
  const about = h("span.xai-about");
  const notice = h("span.xai-notice", { role: "status" });
  const progress = progressBar();
  const words = h("span.xai-failure-words");
  const truncate = h("button.xai-small", {}, "Cut to what fits");
  // In the page from the start: a screen reader announces what appears in an alert, not an alert that appears.
  const failure = h("div.xai-failure", { id: failureId, role: "alert" }, words);
  const element = h("div.xai-status", {}, about, notice, progress.element, failure);
  let latest: StatusOptions | null = null;
  let failed = false;
  let working = false;
  let noticed = false;

  on(truncate, "click", () => latest?.onTruncate());

  function arrange(): void {
    about.hidden = working || failed || noticed;
    failure.classList.toggle("xai-empty", !failed);
  }

  return {
    element,
    failureId,
    update(data, options) {
      latest = options;
      failed = data.failure !== null;
      noticed = data.notice !== "";
      setText(notice, data.notice);
      setText(about, data.about);
      about.title = data.about;
      setText(words, data.failure?.message ?? "");
      if (data.failure?.offer === "truncate") failure.append(truncate);
      else truncate.remove();
      progress.update(data.progress, {
        onCancel: options.onCancel,
        onShown: (shown) => {
          working = shown;
          arrange();
        },
      });
      arrange();
    },
    destroy() {
      progress.destroy();
      latest = null;
    },
  };
}
