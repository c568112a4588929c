import { labelOf } from "../../core/axes.js";
import { percent, plain } from "../../core/numbers.js";
import type { View } from "../view.js";
import { changes, h, on, setAttribute } from "./dom.js";

export interface Candidate {
  id: number;
  text: string;
  value: number;
  probability: number | null;
  /** What stands before it: a sign of what it is. */
  sign?: string;
  /** What stands beside its number, in words. */
  note?: string;
}

export interface CandidateListData {
  /** What they are answers to, for screen readers. */
  label: string;
  candidates: Candidate[];
  /** The one that is explained, and the one that it is held against; null where it is none of these. */
  explained: number | null;
  against: number | null;
}

export interface CandidateListOptions {
  /** Null where there is no model to ask. */
  onExplain: ((id: number) => void) | null;
  /** The button beside it: explain the difference between the one that is explained and this one. */
  onContrast?(id: number): void;
}

/**
 * What the model could answer, likeliest first, each with its probability as a bar: click one to `verb` it. `beside` makes a
 * button for each, which may not be `offered`.
 */
export function candidateList(
  verb: string,
  beside: ((candidate: Candidate, offered: boolean) => HTMLElement) | null,
): View<CandidateListData, CandidateListOptions> {
  const element = h("ul.xai-candidates");
  let options: CandidateListOptions | null = null;
  const isOther = changes();

  on(element, "click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button === null || button.getAttribute("aria-disabled") === "true") return;
    const id = Number(button.dataset.id);
    if (button.classList.contains("xai-candidate")) options?.onExplain?.(id);
    else options?.onContrast?.(id);
  });

  function row(candidate: Candidate, most: number, data: CandidateListData, live: boolean): HTMLElement {
    const { id, text, value, probability } = candidate;
    const [explained, against] = [id === data.explained, id === data.against];
    const fill = h("span.xai-candidate-fill");
    const share = probability ?? (most > 0 ? Math.max(0, value) / most : 0);
    fill.style.inlineSize = `${100 * Math.min(1, share)}%`;
    const sign = data.against === null ? (candidate.sign ?? "") : explained ? "+" : against ? "−" : "";
    const explain = h(
      "button.xai-candidate",
      {
        "data-id": id,
        "aria-pressed": explained || against ? "true" : "false",
        "aria-disabled": live ? null : "true",
        title: live ? `${verb} “${text.trim()}”` : null,
      },
      h("span.xai-candidate-sign", { "aria-hidden": "true" }, sign),
      h("span.xai-candidate-text", {}, h("bdi", {}, labelOf(text))),
      h("span.xai-candidate-bar", { "aria-hidden": "true" }, fill),
      h("span.xai-candidate-number", {}, probability === null ? plain(value) : percent(probability)),
    );
    if (candidate.note) explain.append(h("span.xai-candidate-note", {}, candidate.note));
    const mark = explained ? "xai-explained" : against ? "xai-explained xai-against" : null;
    const offered = live && data.explained !== null && !explained && !against;
    return h("li", { class: mark }, explain, ...(beside === null ? [] : [beside(candidate, offered)]));
  }

  return {
    element,
    update(data, nextOptions) {
      options = nextOptions;
      setAttribute(element, "aria-label", data.label);
      const live = nextOptions.onExplain !== null;
      if (!isOther([data, live])) return;
      // The button that was pressed keeps the focus, though its row is made anew.
      const focused = element.contains(document.activeElement) ? document.activeElement : null;
      const most = Math.max(0, ...data.candidates.map(({ value }) => value));
      element.replaceChildren(...data.candidates.map((candidate) => row(candidate, most, data, live)));
      if (focused instanceof HTMLElement) {
        element.querySelector<HTMLElement>(`.xai-candidate[data-id="${focused.dataset.id}"]`)?.focus();
      }
    },
    destroy() {
      options = null;
    },
  };
}
