import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { AnswerRecord, LessonTraits, PresetsTraits } from "../../js/contract.js";
import { COMMIT_DELAY } from "../../js/widgets/commits.js";
import lesson from "../../js/widgets/lesson.js";
import type { WidgetModel } from "../../js/widgets/lifecycle.js";
import { FakeModel } from "./widgets_model.js";

const RECORD: AnswerRecord = {
  question: "Which token?",
  kind: "prediction",
  answer: "lamp",
  right: true,
  verdict: "Yes.",
  attempts: 1,
  not_sure: false,
  hints: 2,
  asked: "2026-01-01T10:00:00+00:00",
  answered: "2026-01-01T10:01:00+00:00",
  seconds: 60,
  log: [],
};
const OPEN = {
  answer: null,
  right: null,
  verdict: null,
  attempts: 0,
  hints: 0,
  answered: null,
  seconds: null,
};

let el: HTMLElement;
let end: () => void;

function show<Traits extends object>(model: FakeModel<Traits>): void {
  el = document.createElement("div");
  document.body.append(el);
  end = lesson.render({ model: model as unknown as WidgetModel<never>, el });
}

const one = <E extends HTMLElement>(selector: string) => el.querySelector<E>(selector) as E;
const all = <E extends HTMLElement>(selector: string) => [...el.querySelectorAll<E>(selector)];

beforeEach(() => {
  vi.useFakeTimers();
  document.body.replaceChildren();
});
afterEach(() => {
  end();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("the answers of a lesson", () => {
  function lessonOf(answers: AnswerRecord[]): FakeModel<LessonTraits> {
    const meta = {
      format: "xai_widgets/answers",
      version: 1,
      software: "xai-widgets 0.1.0",
      lesson: "04 Heads: a/b",
      student: "",
      exported: "",
      answers,
    };
    return new FakeModel({
      payload: { v: 1, kind: "lesson", meta },
      student: "",
      theme: "light",
      presenter: false,
    });
  }

  test("says of each question what came of it", () => {
    show(
      lessonOf([
        RECORD,
        { ...RECORD, right: false, hints: 0, attempts: 1 },
        { ...RECORD, kind: "check", right: false, attempts: 3, hints: 1 },
        { ...RECORD, ...OPEN, answered: RECORD.answered, not_sure: true },
        { ...RECORD, ...OPEN },
      ]),
    );
    expect(all(".xai-lesson-answers-given").map(({ textContent }) => textContent)).toEqual([
      "“lamp”, right, 1 attempt, 2 hints",
      "“lamp”, the result shows something else, 1 attempt",
      "“lamp”, not yet, 3 attempts, 1 hint",
      "not sure",
      "open",
    ]);
    expect(one(".xai-lesson-answers-count").textContent).toBe("4 of 5 answered");
  });

  test("saves a file with the name that is typed", async () => {
    let saved = new Blob();
    let name = "";
    vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
      saved = blob as Blob;
      return "blob:x";
    });
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
      name = this.download;
    });
    const model = lessonOf([RECORD]);
    show(model);
    const student = one<HTMLInputElement>("input[type=text]");
    student.value = "Ada L.";
    student.dispatchEvent(new Event("change"));
    vi.advanceTimersByTime(COMMIT_DELAY);
    expect(model.saved).toEqual([{ student: "Ada L." }]);
    all<HTMLButtonElement>("button")
      .find(({ textContent }) => textContent === "Save my answers")
      ?.click();
    expect(name).toBe("answers-04-Heads-a-b-Ada-L.json");
    const document = JSON.parse(await saved.text());
    expect(document.student).toBe("Ada L.");
    expect(document.answers).toEqual([RECORD]);
    expect(Date.parse(document.exported)).not.toBeNaN();
  });
});

describe("presets", () => {
  const traits = (): PresetsTraits => ({
    payload: { v: 1, kind: "presets", meta: { names: ["looks back", "<b>remembers</b>"] } },
    chosen: "",
    error: "",
    theme: "light",
    presenter: false,
  });

  test("are buttons; the one on show is pressed", () => {
    const model = new FakeModel({ ...traits(), chosen: "looks back" });
    show(model);
    expect(all("button").map(({ textContent }) => textContent)).toEqual(["looks back", "<b>remembers</b>"]);
    expect(all("button").map((each) => each.getAttribute("aria-pressed"))).toEqual(["true", "false"]);
    model.fromPython({ chosen: "" });
    expect(all("button").map((each) => each.getAttribute("aria-pressed"))).toEqual(["false", "false"]);
  });

  test("are chosen by a click", () => {
    const model = new FakeModel(traits());
    show(model);
    all<HTMLButtonElement>("button")[1]?.click();
    vi.advanceTimersByTime(COMMIT_DELAY);
    expect(model.saved).toEqual([{ chosen: "<b>remembers</b>" }]);
  });

  test("say what went wrong", () => {
    const model = new FakeModel(traits());
    show(model);
    expect(one("[role=alert]").hidden).toBe(true);
    model.fromPython({ error: "There is no layer 7." });
    expect(one("[role=alert]").textContent).toBe("There is no layer 7.");
  });
});
