import { axisOf, SIDES, type Side } from "../core/attention_data.js";
import { UNSEEN } from "../core/codec.js";
import { rowAt } from "../core/geometry.js";
import { blocksOf, cellCount, type LineSet, NO_LINES, selectLines } from "../core/lines.js";
import { type AttentionData, type AttentionViewOptions, type Hover, samePair } from "./attention_data.js";
import { h, on, setAttribute, setText } from "./controls/dom.js";
import { emptyWords } from "./empty_words.js";
import { frame } from "./frame.js";
import { type Ink, readInk } from "./ink.js";
import { legend } from "./legend.js";
import { drawLines } from "./lines_drawing.js";
import { type LinesLayout, linesLayout, rowCount } from "./lines_layout.js";
import { linesSummary } from "./lines_summary.js";
import { onResize } from "./resize.js";
import { surface } from "./surface.js";
import { measureOn } from "./text_width.js";
import { type TokenColumn, tokenColumn } from "./token_column.js";
import type { View } from "./view.js";
import { pointIn } from "./zoom.js";

/** As many lines as a frame can draw; what they leave out is said in words. */
const MOST_LINES = 4000;
/** As many weights as can be gone through without a pause that a hand would feel. */
const MOST_CELLS = 2 ** 24;
/** Height of the window before the page has laid it out. */
const WINDOW = { width: 640, height: 600 };

interface Span {
  side: Side;
  start: number;
  stop: number;
}

/**
 * BertViz's head view: queries in one column, keys in another, a line for each weight in the colour of its head. Pointing
 * at a token shows its lines alone, and a box for each head beside every token of the other side; a click pins a token, a
 * drag pins a span.
 */
export function attentionLines(
  data: AttentionData,
  options: AttentionViewOptions,
): View<AttentionData, AttentionViewOptions> {
  const pane = surface("xai-lines-canvas");
  const columns: Record<Side, TokenColumn> = { query: tokenColumn(), key: tokenColumn() };
  const titles: Record<Side, HTMLElement> = { query: h("span", {}, "Query"), key: h("span", {}, "Key") };
  const words = h("p.xai-empty");
  const head = h("div.xai-lines-head", { "aria-hidden": "true" }, titles.query, titles.key);
  const body = h(
    "div.xai-lines-body",
    {},
    h("div.xai-lines-pane", {}, pane.canvas),
    columns.query.element,
    columns.key.element,
  );
  const scroller = h("div.xai-lines-scroller", {}, body);
  const key = legend();
  const element = h("div.xai-lines", {}, head, scroller, words, key.element);

  const stop = new AbortController();
  const { signal } = stop;
  const redraw = frame(draw, signal);
  let layout: LinesLayout;
  let ink: Ink | null = null;
  let resting: LineSet | null = null;
  let dragged: (Span & { anchor: number }) | null = null;
  let said: string | null = null;
  /** Which signs the legend needs for the weights of that data. */
  let signs = { data: null as AttentionData | null, unseen: false, nan: false };
  /** The host hears of it and answers with the same; it is drawn without waiting for that. */
  let pointed = options.hover;
  /** What of the columns is seen. To ask the page makes it lay itself out: only after what may have changed it. */
  let sight: { top: number; height: number } | null = null;

  const room = () => scroller.clientWidth || WINDOW.width;
  /** The width that the layout is for; 0 before the page is known. */
  let fitted = 0;
  // While a host swaps its style sheets, a width may be read that no frame ever shows, and no resize tells.
  const settled = frame(() => {
    if (element.isConnected && room() !== fitted) arrange();
  }, signal);

  function arrange(): void {
    if (element.isConnected) ink ??= readInk(element, options.dark);
    const available = room();
    fitted = ink === null ? 0 : available;
    sight = null;
    settled.request();
    layout = linesLayout(data, available, measureOn(pane.canvas, ink?.family ?? "sans-serif"));
    const { rowHeight, fontSize } = layout;
    const rows = Math.max(rowCount(data, "query"), rowCount(data, "key"));
    body.style.height = `${rows * rowHeight}px`;
    body.style.width = `${layout.width}px`;
    const indent = `${Math.max(0, Math.floor((available - layout.width) / 2))}px`;
    for (const part of [head, body]) part.style.marginLeft = indent;
    for (const side of SIDES) {
      const { x, width, onLeft } = layout[side];
      const align = onLeft ? "right" : "left";
      columns[side].update({
        axis: axisOf(data, side),
        label: side === "query" ? "Queries: the tokens that look" : "Keys: the tokens that are looked at",
        x,
        width,
        rows: { count: rowCount(data, side), height: rowHeight },
        fontSize,
        align,
      });
      Object.assign(titles[side].style, { left: `${x}px`, width: `${width}px` });
      setAttribute(titles[side], "data-align", align);
    }
    drawLegend();
    // Tokens come with the lines between them.
    redraw.request();
  }

  function seen(): { top: number; height: number } {
    sight ??= { top: scroller.scrollTop, height: scroller.clientHeight || WINDOW.height };
    return sight;
  }

  function scrollTo(top: number): void {
    scroller.scrollTop = top;
    sight = null;
  }

  function scrolled(): void {
    sight = null;
    redraw.request();
  }

  function showTokens(): void {
    const { top, height } = seen();
    for (const column of Object.values(columns)) column.show(top, top + height);
    markTokens();
  }

  function drawLegend(): void {
    if (signs.data !== data) {
      const some = (weight: number) => data.heads.some(({ values }) => values.includes(weight));
      signs = { data, unseen: some(UNSEEN), nan: some(Number.NaN) };
    }
    key.update({ title: "Colour: head. Opacity: weight", scale: "opacity", ...signs, ink }, null);
  }

  function restingLines(): LineSet {
    resting ??= lineSet(null);
    return resting;
  }

  function lineSet(hover: Hover | null): LineSet {
    const blocks = blocksOf(data, options.pinned, hover);
    if (cellCount(blocks) * data.heads.length > MOST_CELLS) return NO_LINES;
    return selectLines(data.heads, data.keys.labels.length, blocks, options.threshold, MOST_LINES);
  }

  function draw(): void {
    showTokens();
    const { top, height } = seen();
    ink ??= readInk(element, options.dark);
    const context = pane.begin({ width: layout.width, height });
    const { pinned } = options;
    const hover = pointed;
    const lines = hover === null ? restingLines() : lineSet(hover);
    if (context === null) return;
    drawLines(context, {
      data,
      layout,
      ink,
      colours: options.colours,
      lines,
      focus: hover === null && pinned.length === 0 ? null : blocksOf(data, pinned, hover),
      pinned,
      dragged,
      hovered: { query: hover?.query ?? null, key: hover?.key ?? null },
      top,
      height,
    });
  }

  function markTokens(): void {
    for (const side of SIDES) {
      const hovered = pointed?.[side] ?? null;
      const spans = options.pinned.filter((span) => span.side === side);
      columns[side].mark({
        pinned: (row) => spans.some(({ start, stop }) => row >= start && row < stop),
        hovered: (row) => row === hovered,
      });
    }
  }

  function say(): void {
    const nothing = emptyWords(data);
    setText(words, nothing);
    words.hidden = nothing === "";
    scroller.hidden = data.queries.labels.length === 0 || data.keys.labels.length === 0;
    head.hidden = scroller.hidden;
    const summary = nothing === "" ? linesSummary(restingLines()) : "";
    if (summary === said) return;
    said = summary;
    options.onSummary?.(summary);
  }

  function point(hover: Hover | null): void {
    if (samePair(hover, pointed)) return;
    pointed = hover;
    redraw.request();
    options.onHover(hover);
  }

  /** The token under the pointer. */
  function tokenAt(event: MouseEvent): { side: Side; row: number } | null {
    const { x, y } = pointIn(body, event);
    for (const side of SIDES) {
      const from = Math.min(layout[side].x, layout[side].boxes);
      const width = layout[side].width + layout.boxWidth * Math.max(1, data.nHeads);
      if (x < from || x > from + width) continue;
      const row = rowAt({ count: rowCount(data, side), height: layout.rowHeight }, y);
      return row === null ? null : { side, row };
    }
    return null;
  }

  function tokenFocused(target: EventTarget | null): { side: Side; row: number } | null {
    for (const side of SIDES) {
      const row = columns[side].rowOf(target);
      if (row !== null) return { side, row };
    }
    return null;
  }

  const hoverOf = (side: Side, row: number): Hover =>
    side === "query" ? { query: row, key: null } : { query: null, key: row };

  function dragTo(anchor: number, row: number, side: Side): void {
    dragged = { side, anchor, start: Math.min(anchor, row), stop: Math.max(anchor, row) + 1 };
    redraw.request();
  }

  function pinDragged(): void {
    if (dragged === null) return;
    const { side, start, stop } = dragged;
    dragged = null;
    options.onPin({ side, start, stop });
    redraw.request();
  }

  function listen(): void {
    on(scroller, "scroll", scrolled, signal);
    on(
      body,
      "pointermove",
      (event) => {
        const token = tokenAt(event);
        if (dragged !== null && token?.side === dragged.side) dragTo(dragged.anchor, token.row, token.side);
        point(token === null ? null : hoverOf(token.side, token.row));
      },
      signal,
    );
    on(body, "pointerleave", () => point(null), signal);
    on(
      body,
      "pointerdown",
      (event) => {
        const token = event.button === 0 ? tokenAt(event) : null;
        if (token === null) return;
        dragTo(token.row, token.row, token.side);
      },
      signal,
    );
    on(window, "pointerup", pinDragged, signal);
    on(
      window,
      "pointercancel",
      () => {
        dragged = null;
        redraw.request();
      },
      signal,
    );
    on(body, "focusin", focused, signal);
    on(
      body,
      "focusout",
      (event) => {
        // From token to token nothing is left.
        if (!(event.relatedTarget instanceof Node && body.contains(event.relatedTarget))) point(null);
      },
      signal,
    );
    on(body, "keydown", pressed, signal);
  }

  function focused(event: FocusEvent): void {
    const token = tokenFocused(event.target);
    if (token === null || dragged !== null) return;
    columns[token.side].activate(token.row);
    point(hoverOf(token.side, token.row));
  }

  function pressed(event: KeyboardEvent): void {
    const token = tokenFocused(event.target);
    if (token === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const { side, row } = token;
    const other: Side = side === "query" ? "key" : "query";
    const page = Math.max(1, Math.floor(seen().height / layout.rowHeight) - 1);
    const last = rowCount(data, side) - 1;
    const towardsOther = layout[side].onLeft ? "ArrowRight" : "ArrowLeft";
    const rows: Record<string, number> = {
      ArrowUp: row - 1,
      ArrowDown: row + 1,
      Home: 0,
      End: last,
      PageUp: row - page,
      PageDown: row + page,
    };
    const next = rows[event.key];
    if (next !== undefined) {
      const to = Math.min(last, Math.max(0, next));
      if (event.shiftKey) dragTo(dragged?.anchor ?? row, to, side);
      else dragged = null;
      go(side, to);
    } else if (event.key === towardsOther) {
      go(other, Math.min(row, rowCount(data, other) - 1));
    } else if (event.key === "Enter" || event.key === " ") {
      if (dragged === null) options.onPin({ side, start: row, stop: row + 1 });
      else pinDragged();
    } else if (event.key === "Escape" && (dragged !== null || options.pinned.length > 0)) {
      if (dragged === null) for (const selection of options.pinned) options.onPin(selection);
      dragged = null;
      redraw.request();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** What was pinned elsewhere, by a search for instance, comes into sight. */
  function reveal(): void {
    const pin = options.pinned.at(-1);
    if (pin === undefined) return;
    const { top, height } = seen();
    const [first, last] = [pin.start * layout.rowHeight, pin.stop * layout.rowHeight];
    if (last > top && first < top + height) return;
    scrollTo((first + last - height) / 2);
  }

  /** Focuses a token, and scrolls no further than it takes to show it. */
  function go(side: Side, row: number): void {
    const [top, bottom] = [row * layout.rowHeight, (row + 1) * layout.rowHeight];
    const { top: above, height } = seen();
    if (top < above) scrollTo(top);
    else if (bottom > above + height) scrollTo(bottom - height);
    columns[side].focus(row);
    point(hoverOf(side, row));
  }

  arrange();
  say();
  listen();
  onResize(
    scroller,
    () => {
      // A height alone changes what is seen, and nothing of where it is.
      sight = null;
      if (room() === fitted) {
        redraw.request();
        return;
      }
      ink = null;
      arrange();
    },
    signal,
  );

  return {
    element,
    update(nextData, nextOptions) {
      const before = { data, options };
      data = nextData;
      options = nextOptions;
      const selected = data !== before.data || options.threshold !== before.options.threshold;
      const repinned = options.pinned !== before.options.pinned;
      if (selected || repinned) resting = null;
      if (options.dark !== before.options.dark) ink = null;
      const repointed = options.hover !== before.options.hover && !samePair(options.hover, pointed);
      if (repointed) pointed = options.hover;
      const { queries, keys, nHeads } = before.data;
      // Other weights of the same tokens stand where those before them stood.
      const moved = data.queries !== queries || data.keys !== keys || data.nHeads !== nHeads;
      if (moved || ink === null) arrange();
      else if (data !== before.data) drawLegend();
      if (repinned) reveal();
      if (resting === null) say();
      const recoloured = options.colours !== before.options.colours;
      if (selected || repinned || repointed || moved || recoloured || ink === null) redraw.now();
    },
    destroy() {
      stop.abort();
      element.remove();
    },
  };
}
