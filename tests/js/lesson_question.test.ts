import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { QuestionMeta, QuestionViewTraits } from "../../js/contract.js";
import lesson from "../../js/widgets/lesson.js";
import type { WidgetModel } from "../../js/widgets/lifecycle.js";
import { FakeModel, lastId, settle } from "./widgets_model.js";

const META: QuestionMeta = {
  heading: "Predict first",
  question: "Which token does “kite” take most from?",
  ask: "choice",
  pick: 1,
  choices: [
    { label: "<s>", special: true, note: "" },
    { label: "red", special: false, note: "" },
    { label: "kite", special: false, note: "looks" },
  ],
  direction: "ltr",
  hints: 3,
  reveals: true,
};

function traits(
  meta: Partial<QuestionMeta> = {},
  more: Partial<QuestionViewTraits> = {},
): QuestionViewTraits {
  return {
    payload: { v: 1, kind: "question", meta: { ...META, ...meta } },
    chosen: [],
    attempts: 0,
    hints: [],
    verdict: null,
    theme: "light",
    presenter: false,
    ...more,
  };
}

let el: HTMLElement;
let end: () => void;
let model: FakeModel<QuestionViewTraits>;

function show(meta: Partial<QuestionMeta> = {}, more: Partial<QuestionViewTraits> = {}): void {
  model = new FakeModel(traits(meta, more));
  el = document.createElement("div");
  document.body.append(el);
  end = lesson.render({ model: model as unknown as WidgetModel<never>, el });
}

const one = <E extends HTMLElement>(selector: string) => el.querySelector<E>(selector) as E;
const all = <E extends HTMLElement>(selector: string) => [...el.querySelectorAll<E>(selector)];
const button = (words: string | RegExp) =>
  all("button").find((each) => each.textContent?.match(words)) as HTMLButtonElement;
const submit = () => one<HTMLFormElement>("form").dispatchEvent(new Event("submit", { cancelable: true }));
const notice = () => one(".xai-lesson-notice").textContent;

function pick(index: number, on = true): void {
  const input = all<HTMLInputElement>(".xai-lesson-pick input")[index] as HTMLInputElement;
  input.checked = on;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

beforeEach(() => document.body.replaceChildren());
afterEach(() => end());

describe("a question", () => {
  test("asks, with its choices as radio buttons that are named by it", () => {
    show();
    const group = one("[role=radiogroup]");
    expect(el.querySelector(`#${group.getAttribute("aria-labelledby")}`)?.textContent).toBe(META.question);
    expect(all<HTMLInputElement>(".xai-lesson-pick input").map(({ type }) => type)).toEqual([
      "radio",
      "radio",
      "radio",
    ]);
    expect(all(".xai-lesson-pick-label").map(({ textContent }) => textContent)).toEqual([
      "<s>",
      "red",
      "kite",
    ]);
    expect(all(".xai-lesson-pick-below").map(({ textContent }) => textContent)).toEqual(["", "", "looks"]);
  });

  test("shows tokens as text", () => {
    show({ choices: [{ label: "<img src=x onerror=alert(1)>", special: false, note: "" }] });
    expect(el.querySelector("img")).toBeNull();
    expect(one(".xai-lesson-pick-label").textContent).toBe("<img src=x onerror=alert(1)>");
  });

  test("says what is missing, and sends nothing", () => {
    show();
    submit();
    expect(notice()).toBe("Pick one of them first.");
    expect(model.sent).toEqual([]);
    pick(1);
    expect(notice()).toBe("");
  });

  test("sends what was picked, once", () => {
    show();
    pick(2);
    expect(model.get("chosen")).toEqual([2]);
    expect(one("form").classList.contains("xai-dirty")).toBe(true);
    submit();
    submit();
    expect(model.asked("answer")).toEqual([{ what: "answer", given: [2] }]);
    expect(button("Answer").getAttribute("aria-busy")).toBe("true");
  });

  test("lets go of the first where one more is picked than are asked for", () => {
    show({ pick: 2 });
    expect(one("[role=group]")).not.toBeNull();
    for (const index of [0, 1, 2]) pick(index);
    expect(model.get("chosen")).toEqual([1, 2]);
    expect(all<HTMLInputElement>(".xai-lesson-pick input").map(({ checked }) => checked)).toEqual([
      false,
      true,
      true,
    ]);
    pick(1, false);
    submit();
    expect(notice()).toBe("Pick 2 of them first.");
  });

  test("takes not sure for an answer", () => {
    show();
    button("not sure").click();
    expect(model.asked("answer")).toEqual([{ what: "answer", given: null }]);
  });

  test("tells hints one at a time", async () => {
    show();
    expect(button("Hint").textContent).toBe("Hint 1 of 3");
    button("Hint").click();
    model.answerNothing(lastId(model, "hint"));
    model.fromPython({ hints: ["Look left."] });
    await settle();
    expect(all(".xai-lesson-hints li").map(({ textContent }) => textContent)).toEqual(["Look left."]);
    expect(button("Hint").textContent).toBe("Hint 2 of 3");
    model.fromPython({ hints: ["Look left.", "Further.", "There."] });
    expect(button("No more hints").getAttribute("aria-disabled")).toBe("true");
    button("No more hints").click();
    expect(model.asked("hint")).toHaveLength(1);
  });

  test("has no button for hints where there are none", () => {
    show({ hints: 0 });
    expect(button(/Hint|hint/).hidden).toBe(true);
  });

  test("says what went wrong, and can be answered again", async () => {
    show();
    pick(1);
    submit();
    model.refuse(lastId(model, "answer"), "InputError", "There is no choice 7.");
    await settle();
    expect(notice()).toBe("There is no choice 7.");
    submit();
    expect(model.asked("answer")).toHaveLength(2);
  });
});

describe("a verdict", () => {
  const verdict = {
    right: false,
    words: "You said “red”.",
    over: true,
    numbers: ["0.1", "0.2", "0.7"],
    best: [2],
  };

  test("is said, with the number of each choice, and ends the question", () => {
    show({}, { chosen: [1], attempts: 1, verdict });
    expect(one(".xai-lesson-verdict").textContent).toBe("You said “red”.");
    expect(one(".xai-lesson-verdict").getAttribute("role")).toBe("status");
    expect(all(".xai-lesson-pick-below").map(({ textContent }) => textContent)).toEqual([
      "0.1",
      "0.2",
      "0.7",
    ]);
    expect(
      all(".xai-lesson-pick").map((pick) => pick.querySelector(".xai-hidden:last-child")?.textContent),
    ).toEqual(["", "your answer", "what the result shows"]);
    expect(all<HTMLInputElement>(".xai-lesson-pick input").every(({ disabled }) => disabled)).toBe(true);
    expect(one(".xai-lesson-actions").hidden).toBe(true);
  });

  test("takes the focus that was on the buttons", async () => {
    show();
    pick(1);
    button("Answer").focus();
    submit();
    model.fromPython({ verdict, chosen: [1], attempts: 1 });
    expect(document.activeElement).toBe(one(".xai-lesson-verdict"));
  });

  test("leaves the focus where it is when the answer came from a program", () => {
    show();
    model.fromPython({ verdict, chosen: [1], attempts: 1 });
    expect(document.activeElement).toBe(document.body);
  });

  test("that is not the last leaves the question open, and attempts are counted", () => {
    const again = { right: false, words: "0.5 is too small.", over: false, numbers: [], best: [] };
    show({ ask: "number", choices: [], reveals: false }, { attempts: 2, verdict: again });
    expect(one(".xai-lesson-attempts").textContent).toBe("2 attempts");
    expect(one(".xai-lesson-actions").hidden).toBe(false);
    expect(one(".xai-lesson-verdict").textContent).toBe("0.5 is too small.");
  });

  test("an empty one is none", () => {
    show({}, { verdict: {} as never });
    expect(one(".xai-lesson-verdict").hidden).toBe(true);
  });
});

describe("a check", () => {
  test("of a number takes what is typed", () => {
    show({ ask: "number", choices: [], reveals: false });
    const box = one<HTMLInputElement>(".xai-lesson-typed");
    expect(box.inputMode).toBe("decimal");
    submit();
    expect(notice()).toBe("Type a number first.");
    box.value = "0,5";
    box.dispatchEvent(new Event("input"));
    submit();
    expect(model.asked("answer")).toEqual([{ what: "answer", given: "0,5" }]);
  });

  test("of a state has nothing to type or pick", () => {
    show({ ask: "state", choices: [], reveals: false });
    expect(one(".xai-lesson-typed").hidden).toBe(true);
    expect(one(".xai-lesson-choices").hidden).toBe(true);
    submit();
    expect(model.asked("answer")).toEqual([{ what: "answer", given: {} }]);
  });
});

describe("any view of a lesson", () => {
  test("refuses what a newer version made", () => {
    show({}, { payload: { v: 99, kind: "question", meta: META } });
    expect(one("[role=alert]").textContent).toContain("newer xai_widgets");
  });

  test("has large type where it is asked for", () => {
    show({}, { presenter: true });
    expect(one(".xai-root").hasAttribute("data-presenter")).toBe(true);
    model.fromPython({ presenter: false });
    expect(one(".xai-root").hasAttribute("data-presenter")).toBe(false);
  });

  test("leaves nothing behind", () => {
    show();
    end();
    expect(el.children).toHaveLength(0);
    expect(model.listening()).toBe(0);
  });
});
