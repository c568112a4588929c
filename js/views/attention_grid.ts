import { WEIGHT_NAN, WEIGHT_UNSEEN } from "../contract.js";
import { h, on, setText } from "./controls/dom.js";
import { frame } from "./frame.js";
import type { AttentionGridData, AttentionGridOptions } from "./grid_data.js";
import {
  drawGrid,
  drawGridMarks,
  drawThumb,
  type GridScene,
  layerLevels,
  layerStrip,
} from "./grid_drawing.js";
import { type GridLayout, gridLayout, thumbAt } from "./grid_layout.js";
import { type Ink, readInk } from "./ink.js";
import { legend } from "./legend.js";
import { onResize } from "./resize.js";
import { type Place, rovingCell } from "./roving_cell.js";
import { surface } from "./surface.js";
import type { View } from "./view.js";
import { densityOf, pointIn } from "./zoom.js";

const WINDOW = { width: 560, height: 560 };
const PREVIEW = 176;
const GAP = 20;
const SCROLLBAR = 12;

/**
 * BertViz's model view: every head of every layer as a thumbnail, to find what is worth a closer look. The one that is
 * pointed at is shown larger beside the grid; a click chooses it.
 */
export function attentionGrid(
  data: AttentionGridData,
  options: AttentionGridOptions,
): View<AttentionGridData, AttentionGridOptions> {
  const pane = surface("xai-grid-canvas");
  const marks = surface("xai-grid-marks");
  const preview = surface("xai-grid-preview");
  const name = h("div.xai-grid-name");
  const body = h("div.xai-grid-body", {}, h("div.xai-grid-pane", {}, pane.canvas, marks.canvas));
  const scroller = h(
    "div.xai-grid-scroller",
    { role: "grid", tabindex: 0, "aria-label": "Heads: layers in rows, heads in columns" },
    body,
  );
  const aside = h("div.xai-grid-aside", { "aria-hidden": "true" }, preview.canvas, name);
  const key = legend();
  const element = h("div.xai-grid", {}, h("div.xai-grid-main", {}, scroller, aside), key.element);

  const stop = new AbortController();
  const { signal } = stop;
  const strips = new Map<number, HTMLCanvasElement | null>();
  const redraw = frame(draw, signal);
  let layout: GridLayout;
  /** The width that the layout is for; 0 before the page is known. */
  let fitted = 0;
  let ink: Ink | null = null;
  let pointed: Place | null = null;
  /** What of the grid is seen; to ask the page makes it lay itself out. */
  let sight: GridScene["view"] | null = null;
  /** Whether the thumbnails on the screen are others than those to be shown. */
  let stale = true;
  /** What the preview shows, and in which colours. */
  let previewing: { strip: unknown; column: number; ink: Ink } | null = null;
  const roving = rovingCell(
    scroller,
    {
      rows: () => data.layers.length,
      columns: (row) => (row === undefined ? data.shape[1] : (data.heads[row] ?? 0)),
      // All layers are in sight, or nearly: a page is all of them.
      page: Number.POSITIVE_INFINITY,
      words: wordsOf,
      onMove: (place) => {
        reveal(place);
        point(place);
      },
      onAct: pick,
      onLeave: () => point(null),
      // Tab begins where the eye is: at what is on show.
      entry: previewed,
      keys: {},
    },
    signal,
  );

  const roomFor = () => element.clientWidth || WINDOW.width;

  function arrange(): void {
    const [layers, heads, , side] = data.shape;
    const room = roomFor();
    fitted = element.isConnected ? room : 0;
    // Wide enough for both, the preview stands beside the grid; else below it.
    const beside = room >= 640 ? PREVIEW + 2 * GAP : 0;
    layout = gridLayout({ layers, heads, side }, room - beside - SCROLLBAR, densityOf(element));
    body.style.width = `${layout.width}px`;
    body.style.height = `${layout.height}px`;
    moved();
  }

  /** Other thumbnails are seen, or the same elsewhere. */
  function moved(): void {
    sight = null;
    stale = true;
    redraw.request();
  }

  /** The legend and the colours, when the page or the theme changed. */
  function paint(): Ink {
    const read = readInk(element, options.dark);
    strips.clear();
    stale = true;
    say(read);
    return read;
  }

  function say(ink: Ink): void {
    const [unseen, nan] = [data.thumbnails.includes(WEIGHT_UNSEEN), shownNaN(data)];
    key.update({ title: `Weight: ${data.cell}`, scale: "ramp", unseen, nan, ink }, null);
  }

  /** Other thumbnails came: layers that are as they were keep their pictures. */
  function refine(before: AttentionGridData): void {
    const same = data.direction === before.direction && data.shape.join() === before.shape.join();
    for (const row of strips.keys()) {
      const was = layerLevels(before, row);
      if (!same || layerLevels(data, row).some((level, at) => level !== was[at])) strips.delete(row);
    }
    stale = true;
    if (ink !== null) say(ink);
  }

  /** What the preview is of: what is pointed at, else what is on show elsewhere. */
  function previewed(): Place | null {
    if (pointed !== null) return pointed;
    const [row, column] = [data.layers.indexOf(data.layer), data.on[0] ?? 0];
    return row < 0 ? null : { row, column };
  }

  function draw(): void {
    ink ??= paint();
    const { ramp } = ink;
    const strip = (row: number) => {
      if (!strips.has(row)) strips.set(row, layerStrip(data, row, ramp));
      return strips.get(row) ?? null;
    };
    sight ??= {
      x: scroller.scrollLeft,
      y: scroller.scrollTop,
      width: scroller.clientWidth || WINDOW.width,
      height: scroller.clientHeight || Math.min(WINDOW.height, layout.height),
    };
    const scene = { data, layout, colours: options.colours, ink, strip, pointed, view: sight };
    const context = stale ? pane.begin(sight) : null;
    if (context !== null) drawGrid(context, scene);
    stale = false;
    const above = marks.begin(sight);
    if (above !== null) drawGridMarks(above, scene);
    drawPreview(ink, strip);
  }

  function drawPreview(ink: Ink, stripOf: (row: number) => HTMLCanvasElement | null): void {
    const place = previewed();
    setText(name, place === null ? "" : wordsOf(place));
    const [strip, column] = place === null ? [null, -1] : [stripOf(place.row), place.column];
    if (previewing?.strip === strip && previewing.column === column && previewing.ink === ink) return;
    previewing = { strip, column, ink };
    const context = preview.begin({ width: PREVIEW, height: PREVIEW });
    if (context === null || place === null) return;
    drawThumb(context, { data, ink }, strip, column, {
      x: 1,
      y: 1,
      width: PREVIEW - 2,
      height: PREVIEW - 2,
    });
    context.strokeStyle = ink.line;
    context.strokeRect(0.5, 0.5, PREVIEW - 1, PREVIEW - 1);
  }

  function wordsOf({ row, column }: Place): string {
    return `Layer ${data.layers[row] ?? row}, head ${column}`;
  }

  function placeAt(event: MouseEvent): Place | null {
    const { x, y } = pointIn(pane.canvas, event);
    const place = thumbAt(layout, x + scroller.scrollLeft, y + scroller.scrollTop);
    return place !== null && place.column < (data.heads[place.row] ?? 0) ? place : null;
  }

  function point(place: Place | null): void {
    if (place?.row === pointed?.row && place?.column === pointed?.column) return;
    pointed = place;
    redraw.request();
  }

  function pick({ row, column }: Place): void {
    const layer = data.layers[row];
    if (layer !== undefined) options.onPick(layer, column);
  }

  /** Scrolls no further than it takes; the numbers at the edges cover what lies under them. */
  function reveal({ row, column }: Place): void {
    const [x, y] = [column * layout.pitch, row * layout.pitch];
    const [width, height] = [scroller.clientWidth - layout.left, scroller.clientHeight - layout.top];
    if (width <= 0 || height <= 0) return;
    if (x < scroller.scrollLeft) scroller.scrollLeft = x;
    else if (x + layout.pitch > scroller.scrollLeft + width) scroller.scrollLeft = x + layout.pitch - width;
    if (y < scroller.scrollTop) scroller.scrollTop = y;
    else if (y + layout.pitch > scroller.scrollTop + height) scroller.scrollTop = y + layout.pitch - height;
  }

  on(scroller, "scroll", moved, signal);
  on(scroller, "pointermove", (event) => point(placeAt(event)), signal);
  on(scroller, "pointerleave", () => point(null), signal);
  on(
    scroller,
    "click",
    (event) => {
      const place = placeAt(event);
      if (place === null) return;
      roving.place(place);
      pick(place);
    },
    signal,
  );

  roving.resize();
  arrange();
  onResize(
    element,
    () => {
      // What is said under the grid makes it taller, and nothing else.
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
      const other =
        data.thumbnails !== before.data.thumbnails ||
        data.direction !== before.data.direction ||
        data.cell !== before.data.cell;
      if (options.dark !== before.options.dark) ink = null;
      else if (other) refine(before.data);
      if (data.shape.join() !== before.data.shape.join()) {
        pointed = null;
        roving.resize();
        arrange();
      }
      const { layer, on } = before.data;
      const marked = data.layer !== layer || data.on !== on || options.colours !== before.options.colours;
      if (ink === null || stale || marked) redraw.now();
    },
    destroy() {
      stop.abort();
      element.remove();
    },
  };
}

/** Whether a thumbnail of a head that exists holds a NaN; heads that a layer lacks are padded with them. */
function shownNaN({ thumbnails, shape, heads }: AttentionGridData): boolean {
  const [, widest, rows, columns] = shape;
  const size = rows * columns;
  return heads.some((count, row) => {
    const start = row * widest * size;
    return thumbnails.subarray(start, start + count * size).includes(WEIGHT_NAN);
  });
}
