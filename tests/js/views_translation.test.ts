import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { WireBeam } from "../../js/contract.js";
import { planAxis } from "../../js/core/axes.js";
import { cellsOf } from "../../js/core/cells.js";
import { tokens } from "../../js/gallery/widget_scenes.js";
import { type AlignmentMatrixData, alignmentMatrix } from "../../js/views/alignment_matrix.js";
import { beamTree } from "../../js/views/beam_tree.js";
import { colourLegend } from "../../js/views/colour_legend.js";
import { scrubber } from "../../js/views/controls/scrubber.js";
import { several } from "../../js/views/several.js";
import { nextFrame, press, recordedContext } from "./views_harness.js";

beforeEach(() => document.body.replaceChildren());
afterEach(() => vi.restoreAllMocks());

const everything = { mergeWords: false, hideSpecial: false };
const axis = (words: string, direction: "ltr" | "rtl" = "ltr") =>
  planAxis(tokens(words, direction), everything, null).axis;

/** What was drawn by a call of that name: its numbers, once for every call. */
const drawnBy = (calls: ReturnType<typeof recordedContext>, wanted: string) =>
  calls.filter(({ name }) => name === wanted).map(({ values }) => values as number[]);

describe("the alignment on its matrix", () => {
  const data = (part: Partial<AlignmentMatrixData> = {}): AlignmentMatrixData => ({
    queries: axis("le chat noir"),
    keys: axis("the black cat"),
    cells: cellsOf(new Float32Array(9).fill(0.2), 3, 0),
    scale: "weight",
    names: { queries: "Target", keys: "Source" },
    links: [{ rows: [1, 3], columns: [0, 1] }],
    sure: [{ rows: [0, 1], columns: [2, 3] }],
    possible: [],
    ...part,
  });
  const options = { dark: false, pinned: [], hover: null, onHover: vi.fn(), onPin: vi.fn() };

  async function drawn(next: AlignmentMatrixData) {
    const calls = recordedContext();
    const view = alignmentMatrix();
    document.body.append(view.element);
    view.update(next, options);
    await nextFrame();
    return { view, calls };
  }

  it("outlines the cells of a pair of words, and rings those of the reference", async () => {
    const { calls } = await drawn(data());
    const [[x = 0, y = 0, width = 0, height = 0] = []] = drawnBy(calls, "roundRect");
    // Rows 1 and 2 of column 0: it begins one cell below the top, and is one cell higher than it is wide.
    const cell = y - x;
    expect(cell).toBeGreaterThan(5);
    expect(height - width).toBeCloseTo(cell, 5);
    const rings = drawnBy(calls, "ellipse");
    expect(rings).toHaveLength(1);
    // The middle of row 0 and column 2: half a cell down, two and a half to the right.
    const [[cx = 0, cy = 0] = []] = rings;
    expect([cy / cell, cx / cell]).toEqual([0.5, 2.5]);
  });

  it("dashes what is only possible", async () => {
    const { calls } = await drawn(data({ possible: [{ rows: [2, 3], columns: [1, 2] }] }));
    const dashed = calls.findIndex(({ name }) => name === "setLineDash");
    const rings = calls.flatMap(({ name }, at) => (name === "ellipse" ? [at] : []));
    expect(rings).toHaveLength(2);
    expect([(rings[0] ?? 0) < dashed, (rings[1] ?? 0) > dashed]).toEqual([true, true]);
  });

  it("mirrors with a source that runs from right to left", async () => {
    const pair = { links: [], sure: [{ rows: [0, 1] as const, columns: [0, 1] as const }] };
    const { calls } = await drawn(data({ keys: axis("القط الأسود جلس", "rtl"), ...pair }));
    // Column 0 is the third from the left.
    const [[cx = 0, cy = 0] = []] = drawnBy(calls, "ellipse");
    expect(cx / cy).toBeCloseTo(2.5 / 0.5, 5);
  });

  it("is another map for another kind of scores, and the same for the same", async () => {
    const { view } = await drawn(data());
    const grid = view.element.querySelector("[role=grid]");
    view.update(data(), options);
    expect(view.element.querySelector("[role=grid]")).toBe(grid);
    view.update(data({ scale: "signed" }), options);
    expect(view.element.querySelectorAll("[role=grid]")).toHaveLength(1);
    expect(view.element.querySelector("[role=grid]")).not.toBe(grid);
    view.destroy();
    expect(document.body.childElementCount).toBe(0);
  });
});

describe("the tree of beams", () => {
  const node = (parent: number | null, step: number, text: string, state: WireBeam["state"]): WireBeam => ({
    parent,
    step,
    id: 0,
    text,
    log_prob: -1,
    score: -step,
    final: null,
    state,
  });
  const nodes = [
    node(null, 0, "Le", "chosen"),
    node(null, 0, "La", "dropped"),
    node(0, 1, " chat", "chosen"),
    node(0, 1, "\n", "kept"),
  ];
  const options = (part = {}) => ({
    path: [0, 2],
    step: 1,
    hovered: null,
    words: (at: number) => `node ${at}`,
    onHover: vi.fn(),
    onPick: vi.fn(),
    ...part,
  });

  function shown(own = options()) {
    const tree = beamTree();
    document.body.append(tree.element);
    const data = { nodes, direction: "ltr" as const };
    tree.update(data, own);
    const item = (at: number) => tree.element.querySelector(`[data-node="${at}"]`) as HTMLElement;
    return { tree, data, own, item };
  }

  it("draws edges by what became of them, and the path on top", () => {
    const { tree } = shown();
    const edges = [...tree.element.querySelectorAll("path")].map((path) => [
      path.getAttribute("class")?.split("-").at(-1),
      (path.getAttribute("d")?.match(/M/g) ?? []).length,
    ]);
    expect(edges).toEqual([
      ["dropped", 0],
      ["kept", 1],
      ["finished", 0],
      ["chosen", 0],
      ["path", 1],
    ]);
  });

  it("says where every node stands, and shows what cannot be seen by a sign", () => {
    const { item } = shown();
    expect(item(3).textContent).toBe("↵");
    expect(
      ["aria-level", "aria-posinset", "aria-setsize", "aria-label"].map((name) => item(3).getAttribute(name)),
    ).toEqual(["2", "2", "2", "node 3"]);
    expect(item(2).getAttribute("aria-selected")).toBe("true");
    expect(item(2).parentElement?.classList.contains("xai-beam-now")).toBe(true);
  });

  it("hears what is pointed at, clicked and pressed, and leaves other keys alone", () => {
    const { own, item } = shown();
    item(1).dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
    expect(own.onHover).toHaveBeenLastCalledWith(1);
    item(1).click();
    expect(own.onPick).toHaveBeenLastCalledWith(1);
    expect(document.activeElement).toBe(item(1));
    press(item(1), "ArrowUp");
    expect(document.activeElement).toBe(item(0));
    press(item(0), "ArrowUp");
    expect(document.activeElement).toBe(item(0));
    press(item(0), " ");
    expect(own.onPick).toHaveBeenLastCalledWith(0);
    const other = new KeyboardEvent("keydown", { key: "x", bubbles: true, cancelable: true });
    item(0).dispatchEvent(other);
    expect(other.defaultPrevented).toBe(false);
  });

  it("keeps its nodes while only marks change, and lets go of everything at the end", () => {
    const { tree, data, item } = shown();
    const before = item(0);
    tree.update(data, options({ path: [1], hovered: 3 }));
    expect(item(0)).toBe(before);
    expect(item(1).classList.contains("xai-beam-path")).toBe(true);
    expect(item(3).classList.contains("xai-beam-hovered")).toBe(true);
    tree.destroy();
    expect(document.body.childElementCount).toBe(0);
  });
});

describe("the scrubber", () => {
  it("goes within its ends, by buttons and by slider", () => {
    const view = scrubber("Step");
    const options = { onMove: vi.fn(), onPlay: vi.fn() };
    view.update({ at: 0, count: 3, playing: false, words: "Step 1 of 3" }, options);
    const [back, forth, play] = view.element.querySelectorAll("button");
    back?.click();
    expect(options.onMove).not.toHaveBeenCalled();
    forth?.click();
    expect(options.onMove).toHaveBeenLastCalledWith(1, true);
    const slider = view.element.querySelector("input") as HTMLInputElement;
    slider.value = "2";
    slider.dispatchEvent(new Event("input"));
    expect(options.onMove).toHaveBeenLastCalledWith(2, false);
    slider.dispatchEvent(new Event("change"));
    expect(options.onMove).toHaveBeenLastCalledWith(2, true);
    play?.click();
    expect(options.onPlay).toHaveBeenCalledOnce();
    view.update({ at: 2, count: 3, playing: true, words: "Step 3 of 3" }, options);
    expect([play?.textContent, forth?.getAttribute("aria-disabled")]).toEqual(["Pause", "true"]);
    view.update({ at: 0, count: 0, playing: false, words: "Nothing was written" }, options);
    expect([slider.disabled, play?.disabled]).toEqual([true, true]);
  });
});

describe("the legend of colours", () => {
  it("is that of weights, or that of scores", () => {
    const view = colourLegend();
    const [weights, scores] = [...view.element.children] as HTMLElement[];
    const common = { colours: null, ink: null, unseen: true };
    view.update({ title: "Attention: layer 1", scale: "weight", ...common }, null);
    expect([weights?.hidden, scores?.hidden]).toEqual([false, true]);
    expect(weights?.textContent).toContain("Attention: layer 1");
    view.update({ title: "Saliency", scale: "size", ...common }, null);
    expect([weights?.hidden, scores?.hidden]).toEqual([true, false]);
    expect(scores?.textContent).toBe("Saliencymatters littlematters most");
  });
});

describe("several views", () => {
  it("are made and let go as they are wanted", () => {
    const element = document.createElement("div");
    const destroyed: number[] = [];
    let made = 0;
    const all = several(element, () => {
      const own = document.createElement("p");
      const number = made++;
      return {
        element: own,
        destroy() {
          destroyed.push(number);
          own.remove();
        },
      };
    });
    expect(all(2)).toHaveLength(2);
    const [first] = all(3);
    expect(all(1)).toEqual([first]);
    expect([destroyed, element.childElementCount]).toEqual([[2, 1], 1]);
  });
});
