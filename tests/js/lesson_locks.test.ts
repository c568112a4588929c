import { describe, expect, test } from "vitest";
import { Commits } from "../../js/widgets/commits.js";
import { isLocked, lockControls } from "../../js/widgets/locks.js";
import { FakeModel } from "./widgets_model.js";

interface Traits {
  locked?: string[];
  layer: number;
  heads: number[];
}

function controls() {
  const [layer, heads] = [document.createElement("div"), document.createElement("div")];
  layer.append(document.createElement("select"));
  heads.append(document.createElement("button"));
  const toolbar = document.createElement("div");
  toolbar.append(layer, heads);
  return { toolbar, layer, heads };
}

function locked(traits: Partial<Traits> = {}) {
  const model = new FakeModel<Traits>({ layer: 0, heads: [0], ...traits });
  const controller = new AbortController();
  const { toolbar, layer, heads } = controls();
  const words = lockControls(model, { layer: [layer], heads: [heads] }, controller.signal);
  return { model, toolbar, words, controller };
}

const off = (toolbar: Element, selector: string) =>
  toolbar.querySelector(selector)?.closest("fieldset")?.disabled;

describe("locked controls", () => {
  test("are off, and said to be", () => {
    const { toolbar, words } = locked({ locked: ["layer"] });
    expect(off(toolbar, "select")).toBe(true);
    expect(off(toolbar, "button")).toBe(false);
    expect(words.textContent).toBe("Locked for this lesson: layer.");
    expect(words.hidden).toBe(false);
  });

  test("stay in their order", () => {
    const { toolbar } = locked();
    expect([...toolbar.querySelectorAll("select, button")].map(({ localName }) => localName)).toEqual([
      "select",
      "button",
    ]);
  });

  test("follow Python", () => {
    const { model, toolbar, words } = locked();
    expect(words.hidden).toBe(true);
    model.fromPython({ locked: ["layer", "segment_filter"] });
    expect(off(toolbar, "select")).toBe(true);
    expect(words.textContent).toBe("Locked for this lesson: layer, segment filter.");
    model.fromPython({ locked: [] });
    expect(off(toolbar, "select")).toBe(false);
    expect(words.hidden).toBe(true);
  });

  test("are reached by no gesture, and by Python", () => {
    const { model, controller } = locked({ locked: ["layer"] });
    const commits = new Commits<Traits>(model, controller.signal);
    commits.put("layer", 2);
    commits.put("heads", [1]);
    expect([model.get("layer"), model.get("heads")]).toEqual([0, [1]]);
    model.fromPython({ layer: 2 });
    expect(model.get("layer")).toBe(2);
  });

  test("are none where a page knows no such trait", () => {
    const { model } = locked();
    expect(isLocked(model, "layer")).toBe(false);
  });
});
