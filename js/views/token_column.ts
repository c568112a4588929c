import { type Rows, rowsBetween } from "../core/geometry.js";
import type { AttentionAxis } from "./attention_data.js";
import { h, setAttribute, setText } from "./controls/dom.js";

export interface TokenColumnData {
  axis: AttentionAxis;
  /** What the tokens of this column do, for screen readers. */
  label: string;
  x: number;
  width: number;
  rows: Rows;
  fontSize: number;
  align: "left" | "right";
}

/** What a token looks like just now. */
export interface TokenMarks {
  pinned(row: number): boolean;
  hovered(row: number): boolean;
}

export interface TokenColumn {
  readonly element: HTMLElement;
  update(data: TokenColumnData): void;
  /** Makes the rows between two distances from the top exist. */
  show(top: number, bottom: number): void;
  /** Writes what changed in the tokens' looks: a class and a state, nothing that takes room. */
  mark(marks: TokenMarks): void;
  /** Makes a row the one that Tab reaches. */
  activate(row: number): void;
  /** The same, and gives it the focus. */
  focus(row: number): void;
  /** The row that an event was on; null where it was on none of this column. */
  rowOf(target: EventTarget | null): number | null;
}

/**
 * A column of tokens as text nodes in a list box. Only the rows near the window exist, so four thousand tokens cost as
 * much as forty; the row that holds the focus always exists.
 */
export function tokenColumn(): TokenColumn {
  const element = h("div.xai-tokens", { role: "listbox", "aria-multiselectable": "true" });
  const shown = new Map<number, HTMLElement>();
  let data: TokenColumnData | null = null;
  let marked = new Set<HTMLElement>();
  /** The row that Tab reaches. */
  let active = 0;

  function ensure(row: number, from: TokenColumnData): HTMLElement {
    let token = shown.get(row);
    if (token === undefined) {
      token = h("div.xai-token", { role: "option", dir: "auto", "aria-selected": "false" });
      write(token, row, from);
      shown.set(row, token);
      element.append(token);
    }
    return token;
  }

  function release(row: number, token: HTMLElement): void {
    shown.delete(row);
    token.remove();
  }

  function write(token: HTMLElement, row: number, { axis, rows }: TokenColumnData): void {
    const label = axis.labels[row] ?? "";
    setText(token, label);
    token.dataset.row = String(row);
    token.title = label;
    token.tabIndex = row === active ? 0 : -1;
    token.style.transform = `translateY(${row * rows.height}px)`;
    token.style.height = `${rows.height}px`;
    token.classList.toggle("xai-token-special", axis.special[row] ?? false);
    setAttribute(token, "aria-posinset", row + 1);
    setAttribute(token, "aria-setsize", rows.count);
  }

  function activate(row: number): void {
    if (data === null) return;
    const before = shown.get(active);
    active = Math.min(Math.max(0, row), data.rows.count - 1);
    if (before !== undefined) before.tabIndex = -1;
    ensure(active, data).tabIndex = 0;
  }

  return {
    element,
    update(next) {
      const before = data;
      data = next;
      const { rows, axis } = next;
      setAttribute(element, "aria-label", next.label);
      setAttribute(element, "data-align", next.align);
      Object.assign(element.style, {
        left: `${next.x}px`,
        width: `${next.width}px`,
        height: `${rows.count * rows.height}px`,
        fontSize: `${next.fontSize}px`,
        lineHeight: `${rows.height}px`,
      });
      active = Math.min(active, Math.max(0, rows.count - 1));
      if (before?.axis === axis && before.rows.height === rows.height) return;
      for (const [row, token] of shown) {
        if (row < rows.count) write(token, row, next);
        else release(row, token);
      }
    },
    show(top, bottom) {
      if (data === null || data.rows.count === 0) return;
      const margin = 8 * data.rows.height;
      const [start, stop] = rowsBetween(data.rows, top - margin, bottom + margin);
      for (const [row, token] of shown) {
        if ((row < start || row >= stop) && row !== active) release(row, token);
      }
      for (let row = start; row < stop; row++) ensure(row, data);
      ensure(active, data);
    },
    mark(marks) {
      const before = marked;
      marked = new Set();
      for (const [row, token] of shown) {
        const [pinned, hovered] = [marks.pinned(row), marks.hovered(row)];
        if (pinned || hovered) marked.add(token);
        else if (!before.has(token)) continue;
        token.classList.toggle("xai-token-hovered", hovered);
        setAttribute(token, "aria-selected", pinned ? "true" : "false");
      }
    },
    activate,
    focus(row) {
      if (data === null || data.rows.count === 0) return;
      activate(row);
      shown.get(active)?.focus({ preventScroll: true });
    },
    rowOf(target) {
      if (!(target instanceof HTMLElement) || target.parentElement !== element) return null;
      return Number(target.dataset.row);
    },
  };
}
