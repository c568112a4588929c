import type { WireBeam } from "../contract.js";
import { labelOf } from "../core/axes.js";
import { type BeamLayout, beamLayout } from "../core/beam_layout.js";
import { h, on, setAttribute } from "./controls/dom.js";
import { frame } from "./frame.js";
import { onResize } from "./resize.js";
import { measureOn } from "./text_width.js";
import type { View } from "./view.js";

export interface BeamTreeData {
  nodes: WireBeam[];
  /** Of the text: one that runs from right to left has its first step on the right. */
  direction: "ltr" | "rtl";
}

export interface BeamTreeOptions {
  /** The nodes from the first token to the one that is looked at. */
  path: number[];
  /** The step whose column is marked, and comes into view when it changes. */
  step: number;
  hovered: number | null;
  /** What a node is, in words. */
  words(node: number): string;
  onHover(node: number | null): void;
  onPick(node: number): void;
}

const [ROW, HEAD, GAP, EDGE] = [30, 22, 30, 8];
const COLUMN = { least: 40, most: 104, padding: 22 };
const FONT_SIZE = 13;
const FALLBACK_WIDTH = 900;
/** Columns beside those that can be seen. */
const MARGIN = 3;
const SVG = "http://www.w3.org/2000/svg";
/** Kinds of edges, those that lie on top last. */
const EDGES = ["dropped", "kept", "finished", "chosen", "path"] as const;

/**
 * The tree of a beam search: a column a step, the best on top. Only the columns near the window exist, so that four beams of
 * two hundred steps cost as much as those of ten. Arrows move along the tree, Enter looks at a node.
 */
export function beamTree(): View<BeamTreeData, BeamTreeOptions> {
  const svg = document.createElementNS(SVG, "svg");
  const edges = EDGES.map((name) => {
    const path = document.createElementNS(SVG, "path");
    setAttribute(path, "class", `xai-edge xai-edge-${name}`);
    svg.append(path);
    return path;
  });
  setAttribute(svg, "aria-hidden", "true");
  const body = h("div.xai-beam-body", {
    role: "tree",
    "aria-label": "Beams: a column a step, the best on top",
  });
  const element = h("div.xai-beam-scroller", {}, body);
  const stop = new AbortController();
  const { signal } = stop;
  const redraw = frame(draw, signal);
  const columns = new Map<number, HTMLElement>();
  const items = new Map<number, HTMLElement>();
  let data: BeamTreeData = { nodes: [], direction: "ltr" };
  let options: BeamTreeOptions | null = null;
  let layout: BeamLayout = beamLayout([]);
  let width = 0;
  /** The node that Tab reaches. */
  let active = 0;

  function arrange(): void {
    layout = beamLayout(data.nodes);
    const family = element.isConnected ? getComputedStyle(element).fontFamily : "sans-serif";
    const measure = measureOn(document.createElement("canvas"), family);
    const labels = new Set(data.nodes.map(({ text }) => labelOf(text)));
    const widest = Math.max(0, ...[...labels].map((label) => measure(label, FONT_SIZE)));
    width = Math.min(COLUMN.most, Math.max(COLUMN.least, Math.ceil(widest) + COLUMN.padding));
    const size = {
      width: 2 * EDGE - GAP + layout.columns.length * (width + GAP),
      height: HEAD + layout.rows * ROW,
    };
    for (const [name, pixels] of Object.entries(size)) {
      body.style.setProperty(name, `${pixels}px`);
      setAttribute(svg, name, Math.max(0, pixels));
    }
    columns.clear();
    items.clear();
    body.replaceChildren(svg);
    draw();
  }

  /** Left edge of a column. */
  function xOf(column: number): number {
    const place = data.direction === "rtl" ? layout.columns.length - 1 - column : column;
    return EDGE + place * (width + GAP);
  }

  function draw(): void {
    if (options === null) return;
    const pitch = width + GAP;
    const first = element.scrollLeft / pitch - MARGIN;
    const last = first + (element.clientWidth || FALLBACK_WIDTH) / pitch + 2 * MARGIN;
    layout.columns.forEach((nodes, column) => {
      const place = (xOf(column) - EDGE) / pitch;
      // The column that holds the focus always exists.
      if ((place > first && place < last) || nodes.includes(active)) {
        if (!columns.has(column)) make(column, nodes);
      } else {
        columns.get(column)?.remove();
        columns.delete(column);
        for (const node of nodes) items.delete(node);
      }
    });
    mark(options);
    drawEdges(options);
  }

  function make(column: number, nodes: number[]): void {
    const step = h("span.xai-beam-step", { "aria-hidden": "true" }, `${column + 1}`);
    const made = h("div.xai-beam-column", { role: "none" }, step);
    Object.assign(made.style, { left: `${xOf(column)}px`, width: `${width}px` });
    nodes.forEach((node, row) => {
      const { text, state } = data.nodes[node] as WireBeam;
      const item = h(
        "div.xai-beam",
        {
          role: "treeitem",
          "data-node": node,
          "data-state": state,
          "aria-level": column + 1,
          "aria-posinset": row + 1,
          "aria-setsize": nodes.length,
          "aria-label": options?.words(node),
          tabindex: node === active ? 0 : -1,
        },
        h("bdi", {}, labelOf(text)),
      );
      items.set(node, item);
      made.append(item);
    });
    columns.set(column, made);
    body.append(made);
  }

  function mark({ path, hovered, step }: BeamTreeOptions): void {
    const looked = path.at(-1);
    for (const [node, item] of items) {
      setAttribute(item, "aria-selected", node === looked ? "true" : "false");
      item.classList.toggle("xai-beam-path", path.includes(node));
      item.classList.toggle("xai-beam-hovered", node === hovered);
    }
    for (const [column, own] of columns) own.classList.toggle("xai-beam-now", column === step);
  }

  function drawEdges({ path }: BeamTreeOptions): void {
    const drawn: Record<string, string> = {};
    const side = data.direction === "rtl" ? -1 : 1;
    for (const node of items.keys()) {
      const { parent, state, step } = data.nodes[node] as WireBeam;
      if (parent === null) continue;
      const yOf = (each: number) => HEAD + ((layout.row[each] ?? 0) + 0.5) * ROW;
      const end = xOf(step) + (side < 0 ? width : 0);
      const [start, middle] = [end - side * GAP, end - (side * GAP) / 2];
      const name = path.includes(node) ? "path" : state;
      const curve = `M${start} ${yOf(parent)}C${middle} ${yOf(parent)} ${middle} ${yOf(node)} ${end} ${yOf(node)}`;
      drawn[name] = (drawn[name] ?? "") + curve;
    }
    EDGES.forEach((name, index) => {
      setAttribute(edges[index] as Element, "d", drawn[name] ?? "");
    });
  }

  /** Scrolls to a column where it cannot be seen, so that some of what stands around it can. */
  function reveal(column: number): void {
    const [x, seen] = [xOf(column), element.clientWidth];
    const place = x - element.scrollLeft;
    if (place < 0 || place + width > seen) element.scrollLeft = x - seen / 2;
  }

  function nodeOf(target: EventTarget | null): number | null {
    const item = target instanceof Element ? target.closest<HTMLElement>(".xai-beam") : null;
    return item === null ? null : Number(item.dataset.node);
  }

  function focus(node: number | null | undefined): void {
    if (node === undefined || node === null) return;
    setAttribute(items.get(active) ?? body, "tabindex", -1);
    active = node;
    reveal(data.nodes[node]?.step ?? 0);
    draw();
    const item = items.get(node);
    setAttribute(item ?? body, "tabindex", 0);
    item?.focus({ preventScroll: true });
    item?.scrollIntoView?.({ block: "nearest", inline: "nearest" });
  }

  function pressed(event: KeyboardEvent): void {
    const node = nodeOf(event.target);
    if (node === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const { parent, step } = data.nodes[node] as WireBeam;
    const column = layout.columns[step] ?? [];
    const row = layout.row[node] ?? 0;
    const along = [parent, layout.children[node]?.[0]];
    if (data.direction === "rtl") along.reverse();
    const moves: Record<string, number | null | undefined> = {
      ArrowUp: column[row - 1],
      ArrowDown: column[row + 1],
      ArrowLeft: along[0],
      ArrowRight: along[1],
      Home: column[0],
      End: column.at(-1),
    };
    if (event.key in moves) focus(moves[event.key]);
    else if (event.key === "Enter" || event.key === " ") options?.onPick(node);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function clicked(event: Event): void {
    const node = nodeOf(event.target);
    if (node === null) return;
    focus(node);
    options?.onPick(node);
  }

  on(element, "scroll", redraw.request, signal);
  for (const kind of ["pointerover", "focusin"] as const)
    on(body, kind, (event) => options?.onHover(nodeOf(event.target)), signal);
  for (const kind of ["pointerleave", "focusout"] as const)
    on(body, kind, () => options?.onHover(null), signal);
  on(body, "click", clicked, signal);
  on(body, "keydown", pressed, signal);
  onResize(element, arrange, signal);

  return {
    element,
    update(next, nextOptions) {
      const before = options;
      const other = next !== data;
      const moved = other || nextOptions.step !== before?.step;
      data = next;
      options = nextOptions;
      if (other) {
        active = nextOptions.path.at(-1) ?? 0;
        arrange();
      } else if (moved || nextOptions.path !== before?.path || nextOptions.hovered !== before.hovered) draw();
      if (moved) reveal(nextOptions.step);
    },
    destroy() {
      stop.abort();
      element.remove();
    },
  };
}
