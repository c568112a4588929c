import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AttentionData } from "../../js/views/attention_data.js";
import { attentionMatrix } from "../../js/views/attention_matrix.js";
import { headsTitle } from "../../js/views/legend.js";
import { type MatrixLayout, matrixLayout } from "../../js/views/matrix_layout.js";
import {
  dataOf,
  nextFrame,
  optionsFor,
  pointer,
  press,
  recordedContext,
  stubCanvasParts,
} from "./views_harness.js";

let view: ReturnType<typeof attentionMatrix>;
let layout: MatrixLayout;

function show(data: AttentionData, options = optionsFor(data)) {
  view = attentionMatrix(data, options);
  document.body.append(view.element);
  layout = matrixLayout(data, 640, 1, (text, size) => text.length * size * 0.6);
  return options;
}

const grid = () => view.element.querySelector<HTMLElement>(".xai-matrix-grid")!;
const button = (label: string) => view.element.querySelector<HTMLButtonElement>(`[aria-label="${label}"]`)!;

/** The page of these tests knows no pointer in its wheel events. */
function wheel(init: MouseEventInit): Event {
  return Object.assign(new Event("wheel", { cancelable: true }), { deltaY: -100, deltaMode: 0, ...init });
}

function placeOf(query: number, shownColumn: number): [x: number, y: number] {
  const { left, top, cell } = layout;
  return [left + (shownColumn + 0.5) * cell, top + (query + 0.5) * cell];
}

beforeEach(() => document.body.replaceChildren());
afterEach(() => {
  view.destroy();
  vi.restoreAllMocks();
});

describe("pointer", () => {
  it("finds the cell that is drawn at each place", () => {
    const { onHover } = show(dataOf("sentence"));
    for (let query = 0; query < 8; query++) {
      for (let key = 0; key < 8; key++) {
        pointer(grid(), "pointermove", ...placeOf(query, key));
        expect(onHover).toHaveBeenLastCalledWith({ query, key });
      }
    }
    pointer(grid(), "pointerleave", 0, 0);
    expect(onHover).toHaveBeenLastCalledWith(null);
  });

  it("takes a label for its whole row or column", () => {
    const { onHover } = show(dataOf("sentence"));
    pointer(grid(), "pointermove", layout.left / 2, placeOf(3, 0)[1]);
    expect(onHover).toHaveBeenLastCalledWith({ query: 3, key: null });
    pointer(grid(), "pointermove", placeOf(0, 5)[0], layout.top / 2);
    expect(onHover).toHaveBeenLastCalledWith({ query: null, key: 5 });
    pointer(grid(), "pointermove", 2, 2);
    expect(onHover).toHaveBeenLastCalledWith(null);
  });

  it("counts columns from the right in right-to-left text", () => {
    const { onHover } = show(dataOf("arabic"));
    pointer(grid(), "pointermove", ...placeOf(1, 0));
    expect(onHover).toHaveBeenLastCalledWith({ query: 1, key: 6 });
  });

  it("pins query and key by a click", () => {
    const { onPin } = show(dataOf("sentence"));
    pointer(grid(), "pointerdown", ...placeOf(2, 6));
    pointer(grid(), "pointerup", ...placeOf(2, 6));
    expect(onPin.mock.calls.map(([selection]) => selection)).toEqual([
      { side: "query", start: 2, stop: 3 },
      { side: "key", start: 6, stop: 7 },
    ]);
  });
});

describe("zoom", () => {
  it("finds the same cells after zooming and panning, and pins nothing by a drag", () => {
    const { onHover, onPin } = show(dataOf("causal"));
    const [x, y] = placeOf(10, 4);
    grid().dispatchEvent(wheel({ ctrlKey: true, clientX: x, clientY: y }));
    pointer(grid(), "pointermove", x, y);
    expect(onHover).toHaveBeenLastCalledWith({ query: 10, key: 4 });
    pointer(grid(), "pointerdown", x, y);
    pointer(grid(), "pointermove", x - 40, y - 30);
    pointer(grid(), "pointerup", x - 40, y - 30);
    pointer(grid(), "pointermove", x - 40, y - 30);
    expect(onHover).toHaveBeenLastCalledWith({ query: 10, key: 4 });
    expect(onPin).not.toHaveBeenCalled();
  });

  it("leaves the plain wheel to the page", () => {
    show(dataOf("causal"));
    const event = wheel({});
    grid().dispatchEvent(event);
    expect(event.defaultPrevented).toBe(false);
  });

  it("is offered where cells are small, and says when it is at its end", () => {
    show(dataOf("causal"));
    expect(button("Zoom out").getAttribute("aria-disabled")).toBe("true");
    button("Zoom in").click();
    expect(button("Zoom out").hasAttribute("aria-disabled")).toBe(false);
    press(grid(), "0");
    expect(button("Zoom out").getAttribute("aria-disabled")).toBe("true");
    view.destroy();
    show(dataOf("six"));
    expect(view.element.querySelector<HTMLElement>(".xai-matrix-tools")!.hidden).toBe(true);
  });
});

describe("keyboard", () => {
  it("moves a cell cursor that a screen reader can follow", () => {
    const { onHover, onPin } = show(dataOf("sentence"));
    for (const key of ["ArrowDown", "ArrowDown", "ArrowRight"]) press(grid(), key);
    expect(onHover).toHaveBeenLastCalledWith({ query: 2, key: 1 });
    const cell = document.getElementById(grid().getAttribute("aria-activedescendant")!)!;
    expect(cell.getAttribute("role")).toBe("gridcell");
    expect(cell.getAttribute("aria-rowindex")).toBe("3");
    expect(cell.getAttribute("aria-colindex")).toBe("2");
    expect(cell.textContent).toBe("cat to the");
    press(grid(), "Enter");
    expect(onPin).toHaveBeenCalledTimes(2);
    press(grid(), "End");
    press(grid(), "ArrowRight");
    expect(onHover).toHaveBeenLastCalledWith({ query: 2, key: 7 });
  });

  it("unpins everything with Escape", () => {
    const data = dataOf("sentence");
    const pinned = [{ side: "query" as const, start: 1, stop: 2 }];
    const { onPin } = show(data, optionsFor(data, { pinned }));
    press(grid(), "Escape");
    expect(onPin.mock.calls.map(([selection]) => selection)).toEqual(pinned);
  });
});

describe("drawing", () => {
  it("draws the cells once, and only the marks while the pointer moves", async () => {
    const calls = recordedContext();
    stubCanvasParts();
    const data = dataOf("causal");
    const options = show(data);
    await nextFrame();
    const images = () => calls.filter(({ name }) => name === "drawImage").length;
    expect(images()).toBe(1);
    for (let key = 0; key < 5; key++) view.update(data, { ...options, hover: { query: 9, key } });
    await nextFrame();
    expect(images()).toBe(1);
    view.update(data, { ...options, threshold: 0.2 });
    await nextFrame();
    expect(images()).toBe(2);
    vi.unstubAllGlobals();
  });

  it("writes no token into the page", () => {
    show(dataOf("hostile"));
    expect(view.element.querySelector("img, script")).toBeNull();
  });
});

describe("legend", () => {
  it("says whose weights they are, and what cannot be seen", () => {
    show(dataOf("causal"));
    const legend = view.element.querySelector<HTMLElement>(".xai-legend")!;
    const items = [...legend.querySelectorAll<HTMLElement>(".xai-legend-item")];
    expect(legend.querySelector(".xai-legend-title")?.textContent).toBe("Weight, mean over 12 heads");
    expect(items.map((item) => item.hidden)).toEqual([false, true]);
    expect(headsTitle(dataOf("sentence", {}, [4]))).toBe("Weight, head 4");
    view.update(dataOf("nan"), optionsFor(dataOf("nan")));
    expect(items.map((item) => item.hidden)).toEqual([true, false]);
  });
});

describe("destroy", () => {
  it("ends every listener", () => {
    const { onHover, onPin } = show(dataOf("sentence"));
    const target = grid();
    view.destroy();
    pointer(target, "pointermove", ...placeOf(2, 3));
    press(target, "Enter");
    expect(onHover).not.toHaveBeenCalled();
    expect(onPin).not.toHaveBeenCalled();
  });
});
