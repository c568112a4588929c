import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { COMMIT_DELAY, Commits } from "../../js/widgets/commits.js";
import { FakeModel } from "./widgets_model.js";

interface Traits {
  layer: number;
  heads: number[];
}

let model: FakeModel<Traits>;
let controller: AbortController;
let commits: Commits<Traits>;

beforeEach(() => {
  vi.useFakeTimers();
  model = new FakeModel<Traits>({ layer: 0, heads: [0] });
  controller = new AbortController();
  commits = new Commits<Traits>(model, controller.signal);
});
afterEach(() => {
  controller.abort();
  vi.useRealTimers();
});

const settle = () => vi.advanceTimersByTime(COMMIT_DELAY);

describe("Commits", () => {
  test("tells Python once, when the gesture has settled", () => {
    commits.put("layer", 1);
    commits.put("layer", 2);
    expect(model.get("layer")).toBe(2);
    expect(model.saved).toEqual([]);
    settle();
    expect(model.saved).toEqual([{ layer: 2 }]);
  });

  test("a gesture under way is not told", () => {
    commits.put("layer", 1, false);
    settle();
    expect(model.saved).toEqual([]);
  });

  test("an echo of the gesture before takes nothing back", () => {
    commits.put("layer", 1);
    settle();
    commits.put("layer", 2);
    model.fromPython({ layer: 1 });
    expect(model.get("layer")).toBe(2);
    settle();
    expect(model.saved.at(-1)).toEqual({ layer: 2 });
  });

  test("nor of one that is still under way", () => {
    commits.put("heads", [1]);
    settle();
    commits.put("heads", [1, 2], false);
    model.fromPython({ heads: [1] });
    expect(model.get("heads")).toEqual([1, 2]);
  });

  test("what Python chooses itself holds, also while a gesture is on its way", () => {
    commits.put("layer", 1);
    settle();
    model.fromPython({ layer: 0 });
    expect(model.get("layer")).toBe(0);
    commits.put("layer", 2);
    model.fromPython({ layer: 5 });
    expect(model.get("layer")).toBe(5);
  });

  test("an echo of the last gesture changes nothing", () => {
    commits.put("layer", 1);
    settle();
    model.fromPython({ layer: 1 });
    expect(model.get("layer")).toBe(1);
  });

  test("goes with its view: what has settled by then is told, and nothing listens", () => {
    commits.put("layer", 1);
    controller.abort();
    expect(model.saved).toEqual([{ layer: 1 }]);
    expect(model.listening()).toBe(0);
  });
});
