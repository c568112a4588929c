import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { headColours } from "../../js/core/palette.js";
import { gridFixtures } from "../../js/gallery/fixtures.js";
import { attentionGrid } from "../../js/views/attention_grid.js";
import type { AttentionGridData } from "../../js/views/grid_data.js";
import { gridLayout, thumbAt } from "../../js/views/grid_layout.js";
import { canvasesDrawn, nextFrame, pointer, press } from "./views_harness.js";

let view: ReturnType<typeof attentionGrid>;
const onPick = vi.fn<(layer: number, head: number) => void>();

const dataNamed = (name: string) => gridFixtures().find((made) => made.name === name)!.data;
const optionsFor = (data: AttentionGridData) => ({
  colours: headColours(data.shape[1], false),
  dark: false,
  onPick,
});

function show(data: AttentionGridData): void {
  view = attentionGrid(data, optionsFor(data));
  document.body.append(view.element);
}

const grid = () => view.element.querySelector<HTMLElement>("[role=grid]")!;
const name = () => view.element.querySelector(".xai-grid-name")?.textContent;
const cell = () => document.getElementById(grid().getAttribute("aria-activedescendant")!)!;

function placeOf(data: AttentionGridData, row: number, column: number): [x: number, y: number] {
  const width = Number.parseFloat(view.element.querySelector<HTMLElement>(".xai-grid-body")!.style.width);
  const pitch = (width - 31) / data.shape[1];
  return [30 + (column + 0.4) * pitch, 22 + (row + 0.4) * pitch];
}

beforeEach(() => {
  document.body.replaceChildren();
  onPick.mockClear();
});

describe("layout", () => {
  it.each([[480], [600]])("fits 12 x 12 thumbnails of 32 cells into %i pixels", (available) => {
    const layout = gridLayout({ layers: 12, heads: 12, side: 32 }, available, 1);
    expect(layout.width).toBeLessThanOrEqual(available);
    expect(layout.thumb % 32).toBe(0);
  });

  it("finds the thumbnail that is drawn at each place", () => {
    const layout = gridLayout({ layers: 5, heads: 9, side: 32 }, 500, 2);
    for (let row = 0; row < 5; row++) {
      for (let column = 0; column < 9; column++) {
        const x = layout.left + column * layout.pitch + layout.thumb / 2;
        expect(thumbAt(layout, x, layout.top + row * layout.pitch + 1)).toEqual({ row, column });
      }
    }
    expect(thumbAt(layout, 2, 2)).toBeNull();
  });
});

describe("attentionGrid", () => {
  afterEach(() => view.destroy());

  it("names what is on show, and what is pointed at", async () => {
    const data = dataNamed("bert");
    show(data);
    await nextFrame();
    expect(name()).toBe("Layer 3, head 1");
    pointer(grid(), "pointermove", ...placeOf(data, 7, 4));
    await nextFrame();
    expect(name()).toBe("Layer 7, head 4");
    pointer(grid(), "pointerleave", 0, 0);
    await nextFrame();
    expect(name()).toBe("Layer 3, head 1");
  });

  it("draws its thumbnails once, whatever is pointed at or chosen", async () => {
    const drawn = canvasesDrawn();
    const data = dataNamed("bert");
    show(data);
    await nextFrame();
    expect(drawn()).toContain("xai-grid-canvas");
    pointer(grid(), "pointermove", ...placeOf(data, 7, 4));
    await nextFrame();
    expect(drawn()).toEqual(["xai-grid-marks", "xai-grid-preview"]);
    pointer(grid(), "pointerleave", 0, 0);
    await nextFrame();
    drawn();
    const chosen = { ...data, layer: 9, on: [5] };
    view.update(chosen, optionsFor(data));
    expect(drawn()).toEqual(["xai-grid-marks", "xai-grid-preview"]);
    view.update(chosen, { ...optionsFor(data), colours: ["#123456"] });
    expect(drawn()).toEqual(["xai-grid-marks"]);
    const better = { ...chosen, thumbnails: data.thumbnails.map((level) => 253 - level) };
    view.update(better, { ...optionsFor(data), colours: ["#123456"] });
    expect(drawn()).toContain("xai-grid-canvas");
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  it("says in its legend what a cell is", async () => {
    const data = { ...dataNamed("bert"), cell: "each cell is the largest weight of a block" };
    show(data);
    await nextFrame();
    const title = () => view.element.querySelector(".xai-legend-title")?.textContent;
    expect(title()).toBe("Weight: each cell is the largest weight of a block");
    view.update({ ...dataNamed("tiny"), cell: "one cell for each pair of tokens" }, optionsFor(data));
    await nextFrame();
    expect(title()).toBe("Weight: one cell for each pair of tokens");
  });

  it("picks by the layer's own number, and only heads that the layer has", () => {
    const data = dataNamed("hybrid");
    show(data);
    const click = (row: number, column: number) => {
      const [clientX, clientY] = placeOf(data, row, column);
      grid().dispatchEvent(new MouseEvent("click", { bubbles: true, clientX, clientY }));
    };
    click(1, 3);
    expect(onPick).toHaveBeenLastCalledWith(5, 3);
    click(1, 6);
    expect(onPick).toHaveBeenCalledTimes(1);
  });

  it("is walked by keyboard", async () => {
    show(dataNamed("hybrid"));
    for (const key of ["ArrowDown", "ArrowRight", "ArrowRight"]) press(grid(), key);
    expect(cell().textContent).toBe("Layer 5, head 2");
    expect(cell().getAttribute("aria-rowindex")).toBe("2");
    press(grid(), "End");
    expect(cell().textContent).toBe("Layer 5, head 3");
    press(grid(), "Enter");
    expect(onPick).toHaveBeenLastCalledWith(5, 3);
    expect(grid().getAttribute("aria-rowcount")).toBe("3");
  });

  it("keeps its elements when another head is chosen", async () => {
    const data = dataNamed("bert");
    show(data);
    const before = [...view.element.querySelectorAll("*")].filter(
      (element) => element.closest(".xai-legend") === null,
    );
    view.update({ ...data, layer: 9, on: [5] }, optionsFor(data));
    await nextFrame();
    const after = [...view.element.querySelectorAll("*")].filter(
      (element) => element.closest(".xai-legend") === null,
    );
    expect(after).toEqual(before);
    expect(name()).toBe("Layer 9, head 5");
  });

  it("tells apart a NaN and a head that a layer lacks", async () => {
    const data = dataNamed("hybrid");
    show(data);
    await nextFrame();
    const nan = [...view.element.querySelectorAll<HTMLElement>(".xai-legend-item")][1]!;
    expect(nan.hidden).toBe(true);
    const padded = data.thumbnails.slice();
    const size = data.shape[2] * data.shape[3];
    padded.fill(254, (8 + 4) * size, 16 * size);
    view.update({ ...data, thumbnails: padded }, optionsFor(data));
    await nextFrame();
    expect(nan.hidden).toBe(true);
    const broken = data.thumbnails.slice();
    broken[5] = 254;
    view.update({ ...data, thumbnails: broken }, optionsFor(data));
    await nextFrame();
    expect(nan.hidden).toBe(false);
  });

  it("ends every listener when it is destroyed", () => {
    show(dataNamed("bert"));
    const target = grid();
    view.destroy();
    press(target, "Enter");
    expect(onPick).not.toHaveBeenCalled();
  });
});
