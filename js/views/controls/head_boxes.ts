import { inkOn } from "../../core/colour.js";
import type { View } from "../view.js";
import { h, on, setAttribute } from "./dom.js";

export interface HeadBoxesData {
  /** Heads of the layer, on or off. */
  count: number;
  /** The heads that are on. */
  on: number[];
}

export interface HeadBoxesOptions {
  /** Colour of each head, by its number. */
  colours: string[];
  onHeads(heads: number[]): void;
}

/** The heads of the layer as boxes in their colours, with the gestures of BertViz. */
export function headBoxes(): View<HeadBoxesData, HeadBoxesOptions> {
  const all = h("button.xai-link", {}, "All");
  const none = h("button.xai-link", {}, "None");
  const sets = h("span.xai-heads-sets", {}, all, none);
  const boxes = h("div.xai-heads-boxes", { role: "group", "aria-label": "Heads" }, sets);
  const element = h("div.xai-heads", {}, h("span.xai-label", { "aria-hidden": "true" }, "Heads"), boxes);
  let buttons: HTMLButtonElement[] = [];
  let data: HeadBoxesData = { count: 0, on: [] };
  let options: HeadBoxesOptions | null = null;
  /** What was on before the first click of a double click, which has toggled by the time the second comes. */
  let beforeClick: number[] = [];
  /** What was on before a head was isolated, to bring back. */
  let beforeIsolation: number[] | null = null;
  /** The one box that Tab reaches; arrows move it. */
  let current = 0;

  function write(heads: number[]): void {
    const sorted = [...new Set(heads)].sort((a, b) => a - b);
    data = { ...data, on: sorted };
    options?.onHeads(sorted);
  }

  function toggle(head: number): void {
    write(data.on.includes(head) ? data.on.filter((other) => other !== head) : [...data.on, head]);
  }

  function isolate(head: number, before: number[]): void {
    const isolated = before.length === 1 && before[0] === head;
    if (!isolated) {
      beforeIsolation = before;
      write([head]);
      return;
    }
    write(beforeIsolation ?? everything());
    beforeIsolation = null;
  }

  function everything(): number[] {
    return Array.from({ length: data.count }, (_, head) => head);
  }

  function headOf(event: Event): number {
    return buttons.findIndex((button) => event.target instanceof Node && button.contains(event.target));
  }

  function focus(head: number): void {
    current = Math.max(0, Math.min(data.count - 1, head));
    buttons.forEach((button, index) => {
      button.tabIndex = index === current ? 0 : -1;
    });
    buttons[current]?.focus();
  }

  /** How many boxes stand in the first row: the boxes wrap, and up and down go by rows as they are drawn. */
  function rowLength(): number {
    const top = buttons[0]?.offsetTop;
    const next = buttons.findIndex((button) => button.offsetTop !== top);
    return next > 0 ? next : data.count;
  }

  on(boxes, "click", (event) => {
    const head = headOf(event);
    if (head < 0 || event.detail > 1) return;
    beforeClick = data.on;
    current = head;
    toggle(head);
  });
  on(boxes, "dblclick", (event) => {
    const head = headOf(event);
    if (head >= 0) isolate(head, beforeClick);
  });
  on(boxes, "keydown", (event) => {
    const head = headOf(event);
    if (head < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const forward = getComputedStyle(boxes).direction === "rtl" ? -1 : 1;
    const moves: Record<string, number> = {
      ArrowRight: head + forward,
      ArrowLeft: head - forward,
      ArrowDown: head + rowLength(),
      ArrowUp: head - rowLength(),
      Home: 0,
      End: data.count - 1,
    };
    const target = moves[event.key];
    if (target !== undefined) {
      if (target >= 0 && target < data.count) focus(target);
    } else if (event.key === "Enter") isolate(head, data.on);
    else if (event.key === " ") toggle(head);
    else return;
    event.preventDefault();
  });
  on(all, "click", () => write(everything()));
  on(none, "click", () => write([]));

  function build(count: number): void {
    buttons = Array.from({ length: count }, (_, head) =>
      h("button.xai-head", { tabindex: "-1", "aria-label": `Head ${head}` }, String(head)),
    );
    boxes.replaceChildren(...buttons, sets);
    current = 0;
    beforeIsolation = null;
  }

  return {
    element,
    update(next, nextOptions) {
      options = nextOptions;
      data = next;
      if (next.count !== buttons.length) build(next.count);
      const on = new Set(next.on);
      buttons.forEach((button, head) => {
        setAttribute(button, "aria-pressed", on.has(head) ? "true" : "false");
        button.tabIndex = head === current ? 0 : -1;
        const colour = nextOptions.colours[head] ?? "";
        button.style.setProperty("--xai-head", colour);
        button.style.setProperty("--xai-on-head", inkOn(colour));
        button.title = `Head ${head}: click to switch, double click to see it alone`;
      });
      setAttribute(all, "aria-disabled", next.on.length === next.count ? "true" : "false");
      setAttribute(none, "aria-disabled", next.on.length === 0 ? "true" : "false");
    },
    destroy() {
      options = null;
    },
  };
}
