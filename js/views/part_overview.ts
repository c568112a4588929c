import type { Part } from "../contract.js";
import { type Counts, partBy, partFrom, samePart } from "../core/part.js";
import { cellPicture, hatch } from "./cell_image.js";
import { h, on, setAttribute, setText } from "./controls/dom.js";
import { frame } from "./frame.js";
import { type Ink, readInk } from "./ink.js";
import { onResize } from "./resize.js";
import { surface } from "./surface.js";
import type { View } from "./view.js";
import { pointIn } from "./zoom.js";

export interface PartOverviewData {
  /** The whole map in small: weight bytes [row, column]. */
  levels: Uint8Array;
  columns: number;
  part: Part;
  counts: Counts;
  direction: "ltr" | "rtl";
}

export interface PartOverviewOptions {
  dark: boolean;
  /** `settled` is false while a hand is still moving it. */
  onPart(part: Part, settled: boolean): void;
}

const SIDE = 112;
const ARROWS: Record<string, { query: number; key: number }> = {
  ArrowUp: { query: -0.5, key: 0 },
  ArrowDown: { query: 0.5, key: 0 },
  ArrowLeft: { query: 0, key: -0.5 },
  ArrowRight: { query: 0, key: 0.5 },
  PageUp: { query: -1, key: -1 },
  PageDown: { query: 1, key: 1 },
};

/**
 * The whole of a long map in small, with a frame around the part that the other views show: drag it, step along the text,
 * or use the arrow keys (Page Up and Page Down go along the diagonal).
 */
export function partOverview(
  data: PartOverviewData,
  options: PartOverviewOptions,
): View<PartOverviewData, PartOverviewOptions> {
  const pane = surface("xai-overview-canvas");
  const map = h("div.xai-overview-map", { tabindex: 0, role: "group" }, pane.canvas);
  const words = h("p.xai-overview-words", { role: "status" });
  const before = h("button.xai-small", { "aria-label": "The part before" }, "‹");
  const after = h("button.xai-small", { "aria-label": "The part after" }, "›");
  const element = h(
    "div.xai-overview",
    {},
    map,
    h("div.xai-overview-side", {}, words, h("div.xai-overview-steps", {}, before, after)),
  );
  const stop = new AbortController();
  const { signal } = stop;
  const redraw = frame(draw, signal);
  let ink: Ink | null = null;
  /** The map itself: while the frame is dragged over it, it stays. */
  let picture: HTMLCanvasElement | null = null;
  /** Where in the frame it was taken hold of, as a share of the map. */
  let grip: { x: number; y: number } | null = null;

  function draw(): void {
    ink ??= readInk(element, options.dark);
    const context = pane.begin({ width: SIDE, height: SIDE });
    if (context === null) return;
    hatch(context, { x: 0, y: 0, width: SIDE, height: SIDE }, ink.muted, 5);
    picture ??= pictureOf(data, ink);
    if (picture !== null) {
      context.imageSmoothingEnabled = false;
      context.drawImage(picture, 0, 0, SIDE, SIDE);
    }
    const { x, y, width, height } = framed();
    for (const [line, colour] of [
      [4, ink.paper],
      [2, ink.accent],
    ] as const) {
      context.lineWidth = line;
      context.strokeStyle = colour;
      context.strokeRect(x, y, width, height);
    }
  }

  /** The frame, in the pixels of the map. A very small part still has one that a hand can hold. */
  function framed(): { x: number; y: number; width: number; height: number } {
    const { part, counts } = data;
    const span = (side: "query" | "key") => {
      const length = Math.max(6, (SIDE * (part[side][1] - part[side][0])) / counts[side]);
      return [Math.min(SIDE - length, (SIDE * part[side][0]) / counts[side]), length] as const;
    };
    const [[y, height], [left, width]] = [span("query"), span("key")];
    return { x: data.direction === "rtl" ? SIDE - left - width : left, y, width, height };
  }

  function say(): void {
    const { part, counts } = data;
    const range = (side: "query" | "key") =>
      `${(part[side][0] + 1).toLocaleString("en")}–${part[side][1].toLocaleString("en")} of ${counts[side].toLocaleString("en")}`;
    const same =
      counts.query === counts.key && part.query[0] === part.key[0] && part.query[1] === part.key[1];
    setText(words, same ? `Tokens ${range("query")}` : `Queries ${range("query")}, keys ${range("key")}`);
    setAttribute(map, "aria-label", `The whole map. On show: ${words.textContent}. Arrow keys move it.`);
    before.disabled = samePart(partBy(part, ARROWS.PageUp!, counts), part);
    after.disabled = samePart(partBy(part, ARROWS.PageDown!, counts), part);
  }

  function go(lengths: { query: number; key: number } | undefined): boolean {
    if (lengths === undefined) return false;
    const part = partBy(data.part, lengths, data.counts);
    if (!samePart(part, data.part)) options.onPart(part, true);
    return true;
  }

  function drag(event: PointerEvent, settled: boolean): void {
    if (grip === null) return;
    const { x, y } = pointIn(pane.canvas, event);
    const { width } = framed();
    const left = x - grip.x;
    const column = data.direction === "rtl" ? SIDE - left - width : left;
    const starts = {
      query: ((y - grip.y) / SIDE) * data.counts.query,
      key: (column / SIDE) * data.counts.key,
    };
    const part = partFrom(data.part, starts, data.counts);
    data = { ...data, part };
    redraw.request();
    say();
    options.onPart(part, settled);
  }

  on(before, "click", () => go(ARROWS.PageUp), signal);
  on(after, "click", () => go(ARROWS.PageDown), signal);
  on(
    map,
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !go(ARROWS[event.key])) return;
      event.preventDefault();
      event.stopPropagation();
    },
    signal,
  );
  on(
    map,
    "pointerdown",
    (event) => {
      if (event.button !== 0) return;
      map.setPointerCapture?.(event.pointerId);
      const { x, y } = pointIn(pane.canvas, event);
      const box = framed();
      const inside = x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
      // Taken hold of where it is; elsewhere it comes to the hand.
      grip = inside ? { x: x - box.x, y: y - box.y } : { x: box.width / 2, y: box.height / 2 };
      drag(event, false);
    },
    signal,
  );
  on(map, "pointermove", (event) => drag(event, false), signal);
  for (const ending of ["pointerup", "pointercancel"] as const) {
    on(
      map,
      ending,
      (event) => {
        drag(event, true);
        grip = null;
      },
      signal,
    );
  }
  say();
  redraw.request();
  onResize(
    element,
    () => {
      ink = null;
      picture = null;
      redraw.request();
    },
    signal,
  );

  return {
    element,
    update(next, nextOptions) {
      const before = data;
      const repainted = nextOptions.dark !== options.dark;
      options = nextOptions;
      if (repainted) ink = null;
      // A hand that moves the frame is ahead of what comes back.
      data = grip === null ? next : { ...next, part: data.part };
      // Whatever is pointed at elsewhere comes by here too, and changes nothing.
      const other = data.levels !== before.levels || data.direction !== before.direction;
      if (other || repainted) picture = null;
      else if (samePart(data.part, before.part)) return;
      say();
      redraw.request();
    },
    destroy() {
      stop.abort();
      element.remove();
    },
  };
}

function pictureOf(
  { levels, columns, direction }: PartOverviewData,
  { ramp }: Ink,
): HTMLCanvasElement | null {
  const part = {
    rows: [0, levels.length / columns] as [number, number],
    columns: [0, columns] as [number, number],
  };
  return cellPicture({ levels, columns }, part, ramp, direction === "rtl");
}
