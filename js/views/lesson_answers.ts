import type { AnswerRecord, AnswersDocument } from "../contract.js";
import { copyButton } from "./controls/copy_button.js";
import { h, on, setText, uniqueId } from "./controls/dom.js";
import { download } from "./controls/download.js";
import type { View } from "./view.js";

export interface AnswersOptions {
  onStudent(student: string): void;
}

/** The questions of a lesson with what was answered, and the file to hand in. */
export function lessonAnswers(): View<AnswersDocument, AnswersOptions> {
  const [title, name] = [uniqueId("xai-answers"), uniqueId("xai-student")];
  const heading = h("p.xai-lesson-answers-title", { id: title });
  const count = h("p.xai-lesson-answers-count");
  const list = h("ol.xai-lesson-answers-list");
  const student = h("input.xai-lesson-typed", { id: name, type: "text", autocomplete: "name" });
  const save = h("button.xai-run", {}, "Save my answers");
  const copy = copyButton();
  const element = h(
    "section.xai-lesson-answers",
    { "aria-labelledby": title },
    h("div.xai-lesson-head", {}, h("span.xai-lesson-heading", {}, "My answers"), count),
    heading,
    list,
    h("div.xai-lesson-actions", {}, h("label.xai-label", { for: name }, "Name"), student, save, copy.element),
    h("p.xai-lesson-answers-note", {}, "Saved as a file on your computer. Nothing is sent anywhere."),
  );
  let data: AnswersDocument | null = null;
  let latest: AnswersOptions | null = null;

  const text = () =>
    JSON.stringify({ ...data, student: student.value, exported: new Date().toISOString() }, null, 2);
  on(student, "change", () => latest?.onStudent(student.value));
  on(save, "click", () => {
    download(new Blob([text()], { type: "application/json" }), fileName(data?.lesson ?? "", student.value));
  });

  return {
    element,
    update(next, options) {
      data = next;
      latest = options;
      const { answers } = next;
      const answered = answers.filter(({ answered: at }) => at !== null).length;
      setText(heading, next.lesson);
      setText(count, `${answered} of ${answers.length} answered`);
      list.replaceChildren(...answers.map(row));
      if (!student.matches(":focus")) student.value = next.student;
      copy.update("Copy", { text });
    },
    destroy() {
      copy.destroy();
      latest = null;
    },
  };
}

function row(record: AnswerRecord): HTMLElement {
  const { attempts, hints, answer } = record;
  const counted = (number: number, noun: string) =>
    number === 0 ? "" : `${number} ${noun}${number > 1 ? "s" : ""}`;
  const parts = [outcome(record), counted(attempts, "attempt"), counted(hints, "hint")].filter(Boolean);
  return h(
    "li",
    {},
    h("span.xai-lesson-answers-question", { dir: "auto" }, record.question),
    h(
      "span.xai-lesson-answers-given",
      {},
      answer === null || answer === "" ? "" : h("bdi", {}, `“${answer}”`),
      answer === null || answer === "" ? "" : ", ",
      parts.join(", "),
    ),
  );
}

function outcome({ kind, answered, right }: AnswerRecord): string {
  if (answered === null) return "open";
  if (right === null) return "not sure";
  if (right) return "right";
  return kind === "prediction" ? "the result shows something else" : "not yet";
}

/** Letters, digits and hyphens, in any script: what every file system takes. */
function fileName(...parts: string[]): string {
  const words = parts.map((part) => part.replaceAll(/[^\p{L}\p{N}]+/gu, "-").replaceAll(/^-+|-+$/g, ""));
  return `${["answers", ...words.filter(Boolean)].join("-").slice(0, 100)}.json`;
}
