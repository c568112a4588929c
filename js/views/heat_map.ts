import type { Selection } from "../contract.js";
import type { Cells } from "../core/cells.js";
import { IDENTITY, offsetToShow } from "../core/geometry.js";
import type { AttentionAxis, Hover } from "./attention_data.js";
import { h, on, setAttribute, setText, uniqueId } from "./controls/dom.js";
import { frame } from "./frame.js";
import type { Ink } from "./ink.js";
import { drawMarks, drawMatrix, type MatrixScene } from "./matrix_drawing.js";
import { type MatrixLayout, matrixLayout } from "./matrix_layout.js";
import { PanZoom } from "./pan_zoom.js";
import { surface } from "./surface.js";
import { measureOn } from "./text_width.js";
import type { View } from "./view.js";

const FALLBACK_WIDTH = 640;
/** A cell that is zoomed as far as it goes. */
const LARGEST_CELL = 56;
/** Cells from here on are easy to hit without zooming. */
const EASY_CELL = 24;

export interface HeatMapData {
  queries: AttentionAxis;
  keys: AttentionAxis;
  /** A byte for each pair: a level of the ramp, not a number, or not to be seen. */
  cells: Cells;
}

export interface HeatMapOptions {
  dark: boolean;
  /** Pinned rows and columns. */
  pinned: Selection[];
  hover: Hover | null;
  onHover(hover: Hover | null): void;
  onPin(selection: Selection): void;
}

/** What a heat map is of, and how it looks; the same for as long as it lives. */
export interface HeatMapKind {
  /** What it shows, for screen readers. */
  label: string;
  /** What rows and columns are called beside the map. */
  names: { queries: string; keys: string };
  /** The colours of the page, with the ramp of the levels. */
  ink(element: HTMLElement, dark: boolean): Ink;
  /** The colours are known now, or have changed. */
  onInk(ink: Ink | null): void;
}

/**
 * Rows by columns as a heat map. Zooms and pans; the row and column under the pointer are outlined, what cannot be seen is
 * hatched.
 */
export function heatMap(
  data: HeatMapData,
  options: HeatMapOptions,
  kind: HeatMapKind,
): View<HeatMapData, HeatMapOptions> {
  const base = surface("xai-matrix-cells");
  const marks = surface("xai-matrix-marks");
  const cell = h("div", { role: "gridcell", id: uniqueId("xai-cell") });
  const grid = h(
    "div.xai-matrix-grid",
    {
      role: "grid",
      tabindex: 0,
      "aria-label": kind.label,
      "aria-keyshortcuts": "+ - 0 Enter Escape",
    },
    base.canvas,
    marks.canvas,
    // One cell stands for all of them: the one that the arrow keys are on.
    h("div.xai-matrix-cell", { role: "row" }, cell),
  );
  const zoomIn = button("+", "Zoom in");
  const zoomOut = button("−", "Zoom out");
  const whole = button("Reset", "Show the whole matrix");
  const tools = h(
    "div.xai-matrix-tools",
    {},
    zoomOut,
    zoomIn,
    whole,
    h("span.xai-matrix-hint", {}, "Ctrl + wheel zooms, dragging moves"),
  );
  const element = h("div.xai-matrix", {}, grid, tools);

  const stop = new AbortController();
  const { signal } = stop;
  let [baseStale, ink] = [true, null as Ink | null];
  let layout: MatrixLayout;
  const pooled = new Map<number, Cells>();
  /** The host hears of it and answers with the same; it is drawn without waiting for that. */
  let pointed = options.hover;
  let cursor = { query: 0, key: 0 };
  const redraw = frame(draw);
  const zooming = new PanZoom(
    grid,
    {
      picture: () => layout.window,
      window: () => layout.window,
      origin: () => ({ x: layout.left, y: layout.top }),
      most: () => Math.max(1, LARGEST_CELL / layout.cell),
      onChange: () => drawAnew(),
      onClick: clicked,
    },
    signal,
  );

  function drawAnew(): void {
    baseStale = true;
    setAttribute(zoomOut, "aria-disabled", zooming.transform.scale <= 1);
    setAttribute(whole, "aria-disabled", zooming.transform.scale <= 1);
    redraw.request();
  }

  function arrange(): void {
    if (element.isConnected) ink ??= kind.ink(element, options.dark);
    const density = Math.max(1, window.devicePixelRatio || 1);
    layout = matrixLayout(
      data,
      element.clientWidth || FALLBACK_WIDTH,
      density,
      measureOn(base.canvas, ink?.family ?? "sans-serif"),
    );
    grid.style.width = `${layout.width}px`;
    grid.style.height = `${layout.height}px`;
    kind.onInk(ink);
    tools.hidden = layout.cell >= EASY_CELL;
    zooming.set(zooming.transform);
    drawAnew();
  }

  function prepare(): void {
    pooled.clear();
    grid.hidden = data.queries.labels.length === 0 || data.keys.labels.length === 0;
    setAttribute(grid, "aria-rowcount", data.queries.labels.length);
    setAttribute(grid, "aria-colcount", data.keys.labels.length);
    cursor = {
      query: Math.max(0, Math.min(cursor.query, data.queries.labels.length - 1)),
      key: Math.max(0, Math.min(cursor.key, data.keys.labels.length - 1)),
    };
  }

  function draw(): void {
    ink ??= kind.ink(element, options.dark);
    const size = { width: layout.width, height: layout.height };
    const scene = (density: number): MatrixScene => ({
      data,
      layout,
      names: kind.names,
      transform: zooming.transform,
      cells: data.cells,
      ink: ink as Ink,
      density,
    });
    if (baseStale) {
      const context = base.begin(size);
      if (context !== null) drawMatrix(context, scene(base.density), pooled);
      baseStale = false;
    }
    const context = marks.begin(size);
    if (context !== null) drawMarks(context, scene(marks.density), pointed, options.pinned);
  }

  function point(hover: Hover | null): void {
    if (hover?.query === pointed?.query && hover?.key === pointed?.key) return;
    pointed = hover;
    redraw.request();
    options.onHover(hover);
  }

  /** The cell under the pointer, or the row or column whose label is. */
  function hoverAt(event: MouseEvent): Hover | null {
    const box = grid.getBoundingClientRect();
    const { transform } = zooming;
    const size = layout.cell * transform.scale;
    const [x, y] = [event.clientX - box.left - layout.left, event.clientY - box.top - layout.top];
    const [beyondX, beyondY] = [x < 0 || x >= layout.window.width, y < 0 || y >= layout.window.height];
    const column = Math.floor((x - transform.x) / size);
    const query = beyondY ? null : Math.floor((y - transform.y) / size);
    const key = beyondX ? null : layout.mirrored ? data.cells.columns - 1 - column : column;
    if ((query === null && (key === null || y > 0)) || (key === null && x > 0)) return null;
    return { query, key };
  }

  function clicked(event: PointerEvent): void {
    pin(hoverAt(event));
  }

  function pin(hover: Hover | null): void {
    if (hover === null) return;
    const { query, key } = hover;
    if (query !== null) options.onPin({ side: "query", start: query, stop: query + 1 });
    if (key !== null) options.onPin({ side: "key", start: key, stop: key + 1 });
  }

  function moveTo(query: number, key: number): void {
    cursor = {
      query: Math.max(0, Math.min(query, data.cells.rows - 1)),
      key: Math.max(0, Math.min(key, data.cells.columns - 1)),
    };
    const { scale, x, y } = zooming.transform;
    const size = layout.cell * scale;
    const column = layout.mirrored ? data.cells.columns - 1 - cursor.key : cursor.key;
    zooming.set({
      scale,
      x: offsetToShow(x, column * size, (column + 1) * size, layout.window.width),
      y: offsetToShow(y, cursor.query * size, (cursor.query + 1) * size, layout.window.height),
    });
    announce();
    point({ ...cursor });
  }

  function announce(): void {
    const [query, key] = [data.queries.labels[cursor.query], data.keys.labels[cursor.key]];
    setText(cell, query === undefined || key === undefined ? "" : `${query} to ${key}`);
    setAttribute(cell, "aria-rowindex", cursor.query + 1);
    setAttribute(cell, "aria-colindex", cursor.key + 1);
    setAttribute(grid, "aria-activedescendant", cell.id);
  }

  function pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== grid) return;
    const { query, key } = cursor;
    const right = layout.mirrored ? -1 : 1;
    const keys: Record<string, () => void> = {
      ArrowUp: () => moveTo(query - 1, key),
      ArrowDown: () => moveTo(query + 1, key),
      ArrowLeft: () => moveTo(query, key - right),
      ArrowRight: () => moveTo(query, key + right),
      Home: () => moveTo(query, 0),
      End: () => moveTo(query, data.cells.columns - 1),
      PageUp: () => moveTo(query - 10, key),
      PageDown: () => moveTo(query + 10, key),
      Enter: () => pin(cursor),
      " ": () => pin(cursor),
      "+": () => zooming.zoom(1),
      "=": () => zooming.zoom(1),
      "-": () => zooming.zoom(-1),
      "0": () => zooming.set(IDENTITY),
    };
    const act = keys[event.key];
    if (act !== undefined) act();
    else if (event.key === "Escape" && options.pinned.length > 0) options.pinned.forEach(options.onPin);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  on(grid, "pointermove", (event) => point(zooming.dragging ? null : hoverAt(event)), signal);
  on(grid, "pointerleave", () => point(null), signal);
  on(grid, "keydown", pressed, signal);
  on(grid, "focus", () => focusedByKey() && moveTo(cursor.query, cursor.key), signal);
  on(grid, "blur", () => point(null), signal);
  on(zoomIn, "click", () => zooming.zoom(1), signal);
  on(zoomOut, "click", () => zooming.zoom(-1), signal);
  on(whole, "click", () => zooming.set(IDENTITY), signal);

  /** A click focuses as well, and must not move the cursor away from what was clicked. */
  function focusedByKey(): boolean {
    return grid.matches(":focus-visible");
  }

  // Also the first sign that the page has taken the element in: only now its colours and type face are known.
  const resized = new ResizeObserver(() => {
    ink = null;
    arrange();
  });
  prepare();
  arrange();
  resized.observe(element);

  return {
    element,
    update(nextData, nextOptions) {
      const before = { data, options };
      data = nextData;
      options = nextOptions;
      const repainted = options.dark !== before.options.dark;
      if (repainted) ink = null;
      if (options.hover !== before.options.hover) pointed = options.hover;
      const other = data !== before.data;
      if (data.queries !== before.data.queries || data.keys !== before.data.keys)
        zooming.transform = IDENTITY;
      if (other) prepare();
      if (other || repainted) arrange();
      else redraw.request();
    },
    destroy() {
      stop.abort();
      resized.disconnect();
      redraw.cancel();
      element.remove();
    },
  };
}

function button(text: string, label: string): HTMLButtonElement {
  return h("button.xai-small", { "aria-label": label, title: label }, text);
}
