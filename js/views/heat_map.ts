import type { Selection } from "../contract.js";
import type { Cells } from "../core/cells.js";
import { IDENTITY, offsetToShow } from "../core/geometry.js";
import type { AttentionAxis, Hover } from "./attention_data.js";
import { h, on, setAttribute } from "./controls/dom.js";
import { frame } from "./frame.js";
import type { Ink } from "./ink.js";
import { drawMarks, drawMatrix, type MatrixScene, matrixScene } from "./matrix_drawing.js";
import { type MatrixLayout, matrixLayout } from "./matrix_layout.js";
import { panZoom } from "./pan_zoom.js";
import { onResize } from "./resize.js";
import { rovingCell } from "./roving_cell.js";
import { surface } from "./surface.js";
import { measureOn } from "./text_width.js";
import type { View } from "./view.js";
import { densityOf, pointIn } from "./zoom.js";

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
  /** Draws over the cells, under what is pointed at. */
  over?(context: CanvasRenderingContext2D, scene: MatrixScene): void;
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
  const grid = h(
    "div.xai-matrix-grid",
    { role: "grid", tabindex: 0, "aria-label": kind.label, "aria-keyshortcuts": "+ - 0 Enter Escape" },
    base.canvas,
    marks.canvas,
  );
  const zoomIn = button("+", "Zoom in");
  const zoomOut = button("−", "Zoom out");
  const whole = button("Reset", "Reset to the whole matrix");
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
  /** The width that the layout is for; 0 before the page is known. */
  let fitted = 0;
  const pooled = new Map<number, Cells>();
  /** The host hears of it and answers with the same; it is drawn without waiting for that. */
  let pointed = options.hover;
  const redraw = frame(draw, signal);
  const zooming = panZoom(
    grid,
    {
      picture: () => layout.window,
      window: () => layout.window,
      origin: () => ({ x: layout.left, y: layout.top }),
      most: () => Math.max(1, LARGEST_CELL / layout.cell),
      onChange: () => drawAnew(),
      onClick: (event) => pin(hoverAt(event)),
    },
    signal,
  );

  const roving = rovingCell(
    grid,
    {
      rows: () => data.queries.labels.length,
      columns: () => data.keys.labels.length,
      page: 10,
      mirrored: () => layout.mirrored,
      words: ({ row, column }) => `${data.queries.labels[row] ?? ""} to ${data.keys.labels[column] ?? ""}`,
      onMove: ({ row, column }) => {
        reveal(row, column);
        point({ query: row, key: column });
      },
      onAct: ({ row, column }) => pin({ query: row, key: column }),
      onLeave: () => point(null),
      entry: () => roving.cursor,
      keys: {
        "+": () => zooming.zoom(1),
        "=": () => zooming.zoom(1),
        "-": () => zooming.zoom(-1),
        "0": () => zooming.set(IDENTITY),
        Escape: () => options.pinned.length > 0 && options.pinned.forEach(options.onPin),
      },
    },
    signal,
  );

  function drawAnew(): void {
    baseStale = true;
    setAttribute(zoomOut, "aria-disabled", zooming.transform.scale <= 1 && "true");
    setAttribute(whole, "aria-disabled", zooming.transform.scale <= 1 && "true");
    redraw.request();
  }

  const roomFor = () => element.clientWidth || FALLBACK_WIDTH;

  function arrange(): void {
    if (element.isConnected) ink ??= kind.ink(element, options.dark);
    const available = roomFor();
    fitted = ink === null ? 0 : available;
    layout = matrixLayout(
      data,
      available,
      densityOf(element),
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
    roving.resize();
  }

  function draw(): void {
    ink ??= kind.ink(element, options.dark);
    const size = { width: layout.width, height: layout.height };
    const scene = (density: number) =>
      matrixScene({
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
      if (context !== null) {
        drawMatrix(context, scene(base.density), pooled);
        kind.over?.(context, scene(base.density));
      }
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
    const pointer = pointIn(grid, event);
    const { transform } = zooming;
    const size = layout.cell * transform.scale;
    const [x, y] = [pointer.x - layout.left, pointer.y - layout.top];
    const [beyondX, beyondY] = [x < 0 || x >= layout.window.width, y < 0 || y >= layout.window.height];
    const column = Math.floor((x - transform.x) / size);
    const query = beyondY ? null : Math.floor((y - transform.y) / size);
    const key = beyondX ? null : layout.mirrored ? data.cells.columns - 1 - column : column;
    if ((query === null && (key === null || y > 0)) || (key === null && x > 0)) return null;
    return { query, key };
  }

  function pin(hover: Hover | null): void {
    if (hover === null) return;
    const { query, key } = hover;
    if (query !== null) options.onPin({ side: "query", start: query, stop: query + 1 });
    if (key !== null) options.onPin({ side: "key", start: key, stop: key + 1 });
  }

  /** Pans no further than it takes to bring a cell into the window. */
  function reveal(row: number, key: number): void {
    const { scale, x, y } = zooming.transform;
    const size = layout.cell * scale;
    const column = layout.mirrored ? data.cells.columns - 1 - key : key;
    zooming.set({
      scale,
      x: offsetToShow(x, column * size, (column + 1) * size, layout.window.width),
      y: offsetToShow(y, row * size, (row + 1) * size, layout.window.height),
    });
  }

  on(grid, "pointermove", (event) => point(zooming.dragging ? null : hoverAt(event)), signal);
  on(grid, "pointerleave", () => point(null), signal);
  on(zoomIn, "click", () => zooming.zoom(1), signal);
  on(zoomOut, "click", () => zooming.zoom(-1), signal);
  on(whole, "click", () => zooming.set(IDENTITY), signal);

  prepare();
  arrange();
  onResize(
    element,
    () => {
      // A height alone moves nothing.
      if (roomFor() === fitted) return;
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
      const repainted = options.dark !== before.options.dark;
      if (repainted) ink = null;
      const marked = options.hover !== before.options.hover || options.pinned !== before.options.pinned;
      if (options.hover !== before.options.hover) pointed = options.hover;
      const moved = data.queries !== before.data.queries || data.keys !== before.data.keys;
      const other = data !== before.data;
      if (moved) zooming.reset();
      if (other) prepare();
      // Other weights of the same tokens stand where those before them stood.
      if (moved || repainted) arrange();
      else if (other) drawAnew();
      if (other || repainted || marked) redraw.now();
    },
    destroy() {
      stop.abort();
      element.remove();
    },
  };
}

function button(text: string, label: string): HTMLButtonElement {
  return h("button.xai-small", { "aria-label": label, title: label }, text);
}
