import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Block, selectLines } from "../../js/core/lines.js";
import { attentionPreparer } from "../../js/core/prepare.js";
import { longTokens, sourceOf } from "../../js/gallery/fixtures.js";
import type { AttentionData } from "../../js/views/attention_data.js";
import { attentionLines } from "../../js/views/attention_lines.js";
import { drawCurves } from "../../js/views/lines_drawing.js";
import { linesLayout, rowHeightOf } from "../../js/views/lines_layout.js";
import {
  canvasesDrawn,
  dataOf,
  nextFrame,
  optionsFor,
  pointer,
  press,
  stubCanvasParts,
} from "./views_harness.js";

type Spied = ReturnType<typeof optionsFor>;

let view: ReturnType<typeof attentionLines>;

/** A view in the page, with its tokens: they come with the first frame. */
async function show(data: AttentionData, options = optionsFor(data)): Promise<Spied> {
  view = attentionLines(data, options);
  document.body.append(view.element);
  await nextFrame();
  return options;
}

/** A view that is drawn, and what tells what is drawn from now on. */
async function shown() {
  const drawn = canvasesDrawn();
  const data = dataOf("sentence");
  const options = await show(data);
  await nextFrame();
  drawn();
  return { drawn, data, options };
}

const column = (side: "query" | "key") =>
  view.element.querySelectorAll<HTMLElement>(".xai-tokens")[side === "query" ? 0 : 1]!;
const tokens = (side: "query" | "key") =>
  [...column(side).children].sort((a, b) => rowOf(a) - rowOf(b)) as HTMLElement[];
const rowOf = (token: Element) => Number((token as HTMLElement).dataset.row);
const token = (side: "query" | "key", row: number) => tokens(side)[row]!;

/** The middle of a token: the page of these tests lays nothing out, so the view's own places hold. */
function placeOf(side: "query" | "key", row: number, count: number): [x: number, y: number] {
  const { left, width } = column(side).style;
  return [Number.parseFloat(left) + Number.parseFloat(width) / 2, (row + 0.5) * rowHeightOf(count).rowHeight];
}

beforeEach(() => document.body.replaceChildren());
afterEach(() => {
  view.destroy();
  vi.unstubAllGlobals();
});

describe("drawing", () => {
  it("happens once for what is pointed at, though the host answers with the same", async () => {
    const { drawn, data, options } = await shown();
    pointer(
      view.element.querySelector(".xai-lines-body")!,
      "pointermove",
      ...placeOf("query", 2, data.queries.labels.length),
    );
    const hover = { query: 2, key: null };
    expect(options.onHover).toHaveBeenCalledWith(hover);
    await nextFrame();
    expect(drawn()).toEqual(["xai-lines-canvas"]);
    view.update(data, { ...options, hover });
    await nextFrame();
    expect(drawn()).toEqual([]);
    view.update(data, { ...options, hover: { query: 3, key: null } });
    expect(drawn()).toEqual(["xai-lines-canvas"]);
    vi.restoreAllMocks();
  });

  it("follows other weights of the same tokens at once, and measures nothing again", async () => {
    const { drawn, data, options } = await shown();
    const measured = vi.spyOn(HTMLElement.prototype, "clientWidth", "get");
    view.update({ ...data, layer: 5, heads: data.heads.slice(1) }, options);
    expect(drawn()).toEqual(["xai-lines-canvas"]);
    await nextFrame();
    expect(drawn()).toEqual([]);
    expect(measured).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it("gives breadth to the strongest lines of what is in focus, all of a strength alike", () => {
    const widths: number[] = [];
    const count = 40;
    const data = dataOf("sentence");
    const keys = { ...data.keys, labels: Array.from({ length: count }, (_, at) => `t${at}`) };
    // Ten heads that see every key a little, and each one key well.
    const heads = Array.from({ length: 10 }, (_, head) => ({
      head,
      values: Float32Array.from({ length: count }, (_, key) => (key === head ? 0.9 : 0.02)),
    }));
    stubCanvasParts();
    const nothing = () => {};
    const context = new Proxy({} as Record<string, unknown>, {
      get: (state, name: string) => {
        if (name === "stroke") return () => widths.push(state.lineWidth as number);
        return state[name] ?? nothing;
      },
    });
    const shown = { ...data, keys, heads, nHeads: 10 };
    const focus = [{ queries: [0, 1], keys: [0, count] }] as Block[];
    drawCurves(
      context as never,
      {
        data: shown,
        layout: linesLayout(shown, 640, (text) => 7 * text.length),
        lines: selectLines(heads, count, focus, 0, 4000),
        focus,
        colours: [],
        ink: {},
        top: 0,
        height: 2000,
      } as never,
    );
    // A path a head and strength: 390 faint lines in ten hairlines, 10 strong ones broad.
    expect(widths).toEqual([...Array(10).fill(1), ...Array(10).fill(1.75)]);
  });
});

describe("tokens", () => {
  it("are text, whatever they say", async () => {
    const alert = vi.fn();
    vi.stubGlobal("alert", alert);
    const data = dataOf("hostile");
    await show(data);
    for (const side of ["query", "key"] as const) {
      expect(tokens(side).map((element) => element.textContent)).toEqual(
        data[side === "query" ? "queries" : "keys"].labels,
      );
      for (const element of tokens(side)) {
        expect([...element.childNodes].every((node) => node.nodeType === Node.TEXT_NODE)).toBe(true);
      }
    }
    expect(view.element.querySelector("img, script")).toBeNull();
    expect(alert).not.toHaveBeenCalled();
  });

  it("are options of two named lists", async () => {
    await show(dataOf("sentence"));
    const lists = [...view.element.querySelectorAll("[role=listbox]")];
    expect(lists.map((list) => list.getAttribute("aria-label"))).toEqual([
      "Queries: the tokens that look",
      "Keys: the tokens that are looked at",
    ]);
    expect(token("query", 2).getAttribute("role")).toBe("option");
    expect(token("query", 2).getAttribute("aria-posinset")).toBe("3");
    expect(token("query", 2).getAttribute("aria-setsize")).toBe("8");
  });

  it("exist only near the window, however long the text is", async () => {
    const made = { name: "", tokens: longTokens(4096), nHeads: 1, causal: false, bytes: new Map() };
    const source = sourceOf(made, [0]);
    const { data } = attentionPreparer()(source, {
      mergeWords: false,
      hideSpecial: false,
      segmentFilter: "all",
    });
    await show(data);
    expect(tokens("key").length).toBeLessThan(100);
    expect(token("key", 0).getAttribute("aria-setsize")).toBe("4096");
  });

  it("are mirrored where the text runs from right to left", async () => {
    await show(dataOf("arabic"));
    const left = (side: "query" | "key") => Number.parseFloat(column(side).style.left);
    expect(left("query")).toBeGreaterThan(left("key"));
    expect(column("query").dataset.align).toBe("left");
  });
});

describe("pointer", () => {
  it("says which token it is on, once, and when it has left", async () => {
    const data = dataOf("sentence");
    const { onHover } = await show(data);
    const body = view.element.querySelector(".xai-lines-body")!;
    for (let row = 0; row < 8; row++) {
      pointer(body, "pointermove", ...placeOf("key", row, 8));
      expect(onHover).toHaveBeenLastCalledWith({ query: null, key: row });
    }
    pointer(body, "pointermove", ...placeOf("query", 2, 8));
    pointer(body, "pointermove", ...placeOf("query", 2, 8));
    expect(onHover).toHaveBeenCalledTimes(9);
    pointer(body, "pointerleave", 0, 0);
    expect(onHover).toHaveBeenLastCalledWith(null);
  });

  it("pins a token by a click, and a span by a drag in either direction", async () => {
    const { onPin } = await show(dataOf("sentence"));
    const body = view.element.querySelector(".xai-lines-body")!;
    pointer(body, "pointerdown", ...placeOf("query", 3, 8));
    pointer(window, "pointerup", 0, 0);
    expect(onPin).toHaveBeenLastCalledWith({ side: "query", start: 3, stop: 4 });
    pointer(body, "pointerdown", ...placeOf("key", 5, 8));
    pointer(body, "pointermove", ...placeOf("key", 2, 8));
    pointer(window, "pointerup", 0, 0);
    expect(onPin).toHaveBeenLastCalledWith({ side: "key", start: 2, stop: 6 });
    expect(onPin).toHaveBeenCalledTimes(2);
  });

  it("does not pin a drag that the browser took away", async () => {
    const { onPin } = await show(dataOf("sentence"));
    const body = view.element.querySelector(".xai-lines-body")!;
    pointer(body, "pointerdown", ...placeOf("query", 3, 8));
    pointer(window, "pointercancel", 0, 0);
    pointer(window, "pointerup", 0, 0);
    expect(onPin).not.toHaveBeenCalled();
  });
});

describe("keyboard", () => {
  it("moves through the tokens, one of which Tab reaches on each side", async () => {
    const { onHover } = await show(dataOf("sentence"));
    token("query", 0).focus();
    press(token("query", 0), "ArrowDown");
    press(token("query", 1), "ArrowDown");
    expect(document.activeElement).toBe(token("query", 2));
    expect(onHover).toHaveBeenLastCalledWith({ query: 2, key: null });
    press(token("query", 2), "ArrowRight");
    expect(document.activeElement).toBe(token("key", 2));
    press(token("key", 2), "End");
    expect(document.activeElement).toBe(token("key", 7));
    press(token("key", 7), "ArrowDown");
    expect(document.activeElement).toBe(token("key", 7));
    for (const side of ["query", "key"] as const) {
      expect(tokens(side).filter((element) => element.tabIndex === 0)).toHaveLength(1);
    }
  });

  it("pins with Enter and Space, a span with Shift, and unpins all with Escape", async () => {
    const data = dataOf("sentence");
    const options = await show(data);
    token("query", 0).focus();
    press(token("query", 0), "Enter");
    expect(options.onPin).toHaveBeenLastCalledWith({ side: "query", start: 0, stop: 1 });
    press(token("query", 0), "ArrowDown", { shiftKey: true });
    press(token("query", 1), "ArrowDown", { shiftKey: true });
    press(token("query", 2), " ");
    expect(options.onPin).toHaveBeenLastCalledWith({ side: "query", start: 0, stop: 3 });
    const pinned = [
      { side: "query" as const, start: 0, stop: 3 },
      { side: "key" as const, start: 4, stop: 5 },
    ];
    view.update(data, { ...options, pinned });
    options.onPin.mockClear();
    press(token("query", 2), "Escape");
    expect(options.onPin.mock.calls.map(([selection]) => selection)).toEqual(pinned);
  });

  it("goes to the other side with the arrow that points there, in right-to-left text too", async () => {
    await show(dataOf("arabic"));
    token("query", 1).focus();
    press(token("query", 1), "ArrowRight");
    expect(document.activeElement).toBe(token("query", 1));
    press(token("query", 1), "ArrowLeft");
    expect(document.activeElement).toBe(token("key", 1));
  });

  it("leaves the host's own shortcuts alone", async () => {
    const { onPin } = await show(dataOf("sentence"));
    token("query", 0).focus();
    press(token("query", 0), "Enter", { ctrlKey: true });
    press(token("query", 0), "a");
    expect(onPin).not.toHaveBeenCalled();
  });
});

describe("update", () => {
  it("keeps every element while the pointer moves, and marks what is pinned", async () => {
    const data = dataOf("sentence");
    const options = await show(data);
    const before = tokens("query");
    const html = column("query").outerHTML.length;
    view.update(data, { ...options, hover: { query: 3, key: null } });
    await nextFrame();
    expect(tokens("query")).toEqual(before);
    expect(token("query", 3).classList.contains("xai-token-hovered")).toBe(true);
    view.update(data, { ...options, pinned: [{ side: "query", start: 1, stop: 3 }] });
    await nextFrame();
    expect(tokens("query").map((element) => element.getAttribute("aria-selected") === "true")).toEqual([
      false,
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
    expect(token("query", 3).classList.contains("xai-token-hovered")).toBe(false);
    expect(Math.abs(column("query").outerHTML.length - html)).toBeLessThan(40);
  });

  it("shows other tokens in the same elements", async () => {
    const options = await show(dataOf("pair"));
    const before = new Set(tokens("query"));
    const data = dataOf("pair", { hideSpecial: true, mergeWords: true });
    view.update(data, options);
    expect(tokens("query").map((element) => element.textContent)).toEqual(data.queries.labels);
    expect(tokens("query").every((element) => before.has(element))).toBe(true);
  });

  it("says what is not drawn, when it changes", async () => {
    const data = dataOf("sentence");
    const onSummary = vi.fn<(summary: string) => void>();
    const options = await show(data, optionsFor(data, { onSummary }));
    expect(onSummary).toHaveBeenCalledTimes(1);
    view.update(data, { ...options, threshold: 0.3 });
    expect(onSummary.mock.lastCall?.[0]).toMatch(
      /^\d+% of the weight is in lines under 0\.3, which are not drawn\.$/,
    );
    view.update(data, { ...options, threshold: 0.3, hover: { query: 1, key: null } });
    expect(onSummary).toHaveBeenCalledTimes(2);
  });

  it("says so when there are too many lines to draw at once", async () => {
    const data = dataOf("long");
    const values = new Float32Array(4096 * 4096);
    const axis = { ...data.keys, labels: Array.from({ length: 4096 }, String) };
    const heads = [0, 1].map((head) => ({ head, values }));
    const onSummary = vi.fn<(summary: string) => void>();
    await show({ ...data, queries: axis, keys: axis, heads }, optionsFor(data, { onSummary }));
    expect(onSummary.mock.lastCall?.[0]).toContain("Too many lines");
  });

  it("says why there is nothing to see", async () => {
    await show(dataOf("sentence", {}, []));
    expect(view.element.querySelector(".xai-empty")?.textContent).toContain("No head is on");
  });
});

describe("destroy", () => {
  it("ends every listener and takes the view out of the page", async () => {
    const { onHover, onPin } = await show(dataOf("sentence"));
    const body = view.element.querySelector(".xai-lines-body")!;
    const place = placeOf("query", 3, 8);
    pointer(body, "pointerdown", ...place);
    onHover.mockClear();
    view.destroy();
    pointer(window, "pointerup", 0, 0);
    pointer(body, "pointermove", ...placeOf("query", 5, 8));
    press(token("query", 0), "Enter");
    expect(onHover).not.toHaveBeenCalled();
    expect(onPin).not.toHaveBeenCalled();
    expect(document.body.contains(view.element)).toBe(false);
  });
});
