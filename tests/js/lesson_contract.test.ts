/** The golden traits of a lesson's views that Python writes, rendered as a notebook renders them. */
import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import type { LessonTraits, PresetsTraits, QuestionViewTraits } from "../../js/contract.js";
import lesson from "../../js/widgets/lesson.js";
import type { WidgetModel } from "../../js/widgets/lifecycle.js";
import { FakeModel } from "./widgets_model.js";

interface Golden {
  asked: QuestionViewTraits;
  told: QuestionViewTraits;
  check: QuestionViewTraits;
  presets: PresetsTraits;
  lesson: LessonTraits;
}

const golden: Golden = JSON.parse(readFileSync("tests/contract/lesson.json", "utf8"));
let end = () => {};

function shown(traits: object): HTMLElement {
  const el = document.createElement("div");
  const model = new FakeModel(traits) as unknown as WidgetModel<never>;
  end = lesson.render({ model, el });
  return el;
}

const texts = (el: HTMLElement, selector: string) =>
  [...el.querySelectorAll(selector)].map(({ textContent }) => textContent);

afterEach(() => end());

test("a question as it is asked", () => {
  const el = shown(golden.asked);
  expect(texts(el, ".xai-lesson-pick-label")).toEqual(
    golden.asked.payload.meta.choices.map(({ label }) => label),
  );
  expect(texts(el, ".xai-lesson-pick-label")).toContain("<img src=x onerror=alert(1)>");
  expect(texts(el, ".xai-lesson-pick-below").at(-1)).toBe("looks");
  expect(el.querySelector<HTMLElement>(".xai-lesson-verdict")?.hidden).toBe(true);
});

test("a question with its verdict", () => {
  const el = shown(golden.told);
  expect(texts(el, ".xai-lesson-verdict")).toEqual([golden.told.verdict?.words]);
  expect(texts(el, ".xai-lesson-pick-below")).toEqual(["0.06", "0.12", "0.50", "0.25", "0.06"]);
  expect(texts(el, ".xai-lesson-pick-best .xai-lesson-pick-label")).toEqual(["<img src=x onerror=alert(1)>"]);
  expect(texts(el, ".xai-lesson-pick-missed .xai-lesson-pick-label")).toEqual(["语"]);
  expect(texts(el, ".xai-lesson-hints li")).toEqual(["one"]);
});

test("a check that goes on, in the dark and in large type", () => {
  const el = shown(golden.check);
  const root = el.querySelector<HTMLElement>(".xai-root");
  expect([root?.dataset.theme, root?.hasAttribute("data-presenter")]).toEqual(["dark", true]);
  expect(texts(el, ".xai-lesson-verdict")).toEqual(["2 is too small."]);
  expect(texts(el, ".xai-lesson-attempts")).toEqual(["1 attempt"]);
});

test("presets", () => {
  const el = shown(golden.presets);
  const pressed = [...el.querySelectorAll("button")].map((each) => each.getAttribute("aria-pressed"));
  expect(texts(el, "button")).toEqual(["first", "bare"]);
  expect(pressed).toEqual(["true", "false"]);
});

test("the answers of a lesson", () => {
  const el = shown(golden.lesson);
  expect(texts(el, ".xai-lesson-answers-title")).toEqual(["Contract"]);
  expect(texts(el, ".xai-lesson-answers-given")).toEqual([
    "“语”, the result shows something else, 1 attempt, 1 hint",
    "“2”, not yet, 1 attempt",
  ]);
  expect(el.querySelector<HTMLInputElement>("input")?.value).toBe("Ada");
});
