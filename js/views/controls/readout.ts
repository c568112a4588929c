import type { View } from "../view.js";
import { h, setText } from "./dom.js";

export interface ReadoutData {
  /** The pair or the token, in words; "" when nothing is pointed at. */
  subject: string;
  value: string;
  where: string;
  /** Shown while nothing is pointed at. */
  hint: string;
}

/** What is pointed at, in words: one line, always there, read aloud when it settles. */
export function readout(): View<ReadoutData, null> {
  const subject = h("bdi.xai-readout-subject", { dir: "ltr" });
  const value = h("span.xai-readout-value");
  const where = h("span.xai-readout-where");
  const hint = h("span.xai-readout-hint");
  const words = h(
    "p.xai-readout-words",
    { "aria-live": "polite", "aria-atomic": "true" },
    subject,
    value,
    where,
  );
  const element = h("div.xai-readout", {}, words, hint);

  return {
    element,
    update(data) {
      setText(subject, data.subject === "" ? "" : `${data.subject}: `);
      setText(value, data.value);
      setText(where, data.where === "" ? "" : `, ${data.where}`);
      setText(hint, data.hint);
      hint.hidden = data.subject !== "";
    },
    destroy() {},
  };
}
