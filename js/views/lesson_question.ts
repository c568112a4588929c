import type { AnswerRequest, QuestionMeta, WireVerdict } from "../contract.js";
import { h, on, setAttribute, setText, uniqueId } from "./controls/dom.js";
import { lessonChoices } from "./lesson_choices.js";
import type { View } from "./view.js";

export interface QuestionData {
  meta: QuestionMeta;
  chosen: number[];
  attempts: number;
  hints: string[];
  verdict: WireVerdict | null;
  /** Whether an answer is on its way. */
  busy: boolean;
  /** What went wrong, in words; "" for nothing. */
  failure: string;
}

export interface QuestionOptions {
  onChoose(chosen: number[]): void;
  onAnswer(given: AnswerRequest["given"]): void;
  onHint(): void;
}

/** A question as a card: what is asked, what can be picked or typed, hints, and what is said to the answer. */
export function lessonQuestion(): View<QuestionData, QuestionOptions> {
  const id = uniqueId("xai-question");
  const heading = h("span.xai-lesson-heading");
  const attempts = h("span.xai-lesson-attempts");
  const question = h("p.xai-lesson-text", { id, dir: "auto" });
  const choices = lessonChoices();
  const typed = h("input.xai-lesson-typed", {
    type: "text",
    autocomplete: "off",
    spellcheck: "false",
    "aria-labelledby": id,
  });
  const answer = h("button.xai-run", { type: "submit" });
  const unsure = h("button.xai-small", {}, "I am not sure");
  const hint = h("button.xai-small.xai-lesson-hint");
  const actions = h("div.xai-lesson-actions", {}, typed, answer, unsure, hint);
  const notice = h("p.xai-lesson-notice", { role: "status" });
  const hints = h("ol.xai-lesson-hints", { "aria-label": "Hints" });
  const words = h("p.xai-lesson-verdict", { role: "status", tabindex: -1 });
  const form = h("form.xai-lesson-form", {}, choices.element, actions);
  const element = h(
    "section.xai-lesson-question",
    { "aria-labelledby": id },
    h("div.xai-lesson-head", {}, heading, attempts),
    question,
    form,
    notice,
    hints,
    words,
  );
  let data: QuestionData | null = null;
  let latest: QuestionOptions | null = null;
  /** What is missing before it can be answered, in words, once somebody tried. */
  let missing = "";

  on(form, "submit", (event) => {
    event.preventDefault();
    if (data === null || data.busy || data.verdict?.over) return;
    const given = givenBy(data);
    missing = given === null ? missingWords(data.meta) : "";
    setText(notice, missing);
    if (given !== null) latest?.onAnswer(given);
  });
  on(unsure, "click", () => data?.busy || latest?.onAnswer(null));
  on(hint, "click", () => hint.getAttribute("aria-disabled") === "true" || latest?.onHint());
  on(typed, "input", () => {
    missing = "";
    ready();
  });

  /** Answering is the next thing to do once there is an answer. */
  function ready(): void {
    const made = data !== null && data.meta.ask !== "state" && givenBy(data) !== null;
    form.classList.toggle("xai-dirty", made);
  }

  function givenBy({ meta, chosen }: QuestionData): AnswerRequest["given"] {
    if (meta.ask === "state") return {};
    if (meta.ask === "choice") return chosen.length === meta.pick ? chosen : null;
    return typed.value.trim() === "" ? null : typed.value;
  }

  function drawHints({ meta, hints: told, verdict }: QuestionData): void {
    if (hints.children.length > told.length) hints.replaceChildren();
    for (const text of told.slice(hints.children.length)) hints.append(h("li", { dir: "auto" }, text));
    hints.hidden = told.length === 0;
    const left = meta.hints - told.length;
    setText(hint, left > 0 ? `Hint ${told.length + 1} of ${meta.hints}` : "No more hints");
    setAttribute(hint, "aria-disabled", left > 0 ? null : "true");
    hint.hidden = meta.hints === 0 || (verdict?.over ?? false);
  }

  function drawVerdict({ verdict }: QuestionData): void {
    const before = words.textContent;
    setText(words, verdict?.words ?? "");
    setAttribute(words, "data-right", verdict?.right === true ? "true" : "false");
    words.hidden = verdict === null;
    // What is told takes the place of the buttons, and the focus that was on them.
    const focused = element.contains(element.ownerDocument.activeElement ?? null);
    if (verdict?.over && before !== words.textContent && focused) words.focus({ preventScroll: true });
  }

  return {
    element,
    update(next, options) {
      if (next.chosen.length === next.meta.pick) missing = "";
      data = next;
      latest = options;
      const { meta, verdict } = next;
      const over = verdict?.over ?? false;
      setText(heading, meta.heading);
      setText(question, meta.question);
      setText(attempts, attemptWords(next));
      choices.update(
        {
          ...meta,
          chosen: next.chosen,
          labelledBy: id,
          told: verdict !== null && over ? verdict : null,
        },
        { onChoose: (chosen) => latest?.onChoose(chosen) },
      );
      ready();
      typed.hidden = meta.ask !== "number" && meta.ask !== "text";
      setAttribute(typed, "inputmode", meta.ask === "number" ? "decimal" : null);
      setText(answer, meta.reveals ? "Answer and look" : "Check");
      setAttribute(answer, "aria-busy", next.busy ? "true" : "false");
      drawVerdict(next);
      drawHints(next);
      actions.hidden = over;
      setText(notice, next.failure || missing);
      notice.hidden = over && next.failure === "";
      notice.classList.toggle("xai-lesson-failure", next.failure !== "");
    },
    destroy() {
      choices.destroy();
      latest = null;
    },
  };
}

function attemptWords({ attempts, meta }: QuestionData): string {
  if (meta.reveals || attempts === 0) return "";
  return attempts === 1 ? "1 attempt" : `${attempts} attempts`;
}

function missingWords({ ask, pick }: QuestionMeta): string {
  if (ask === "choice") return pick === 1 ? "Pick one of them first." : `Pick ${pick} of them first.`;
  return ask === "number" ? "Type a number first." : "Type a word first.";
}
