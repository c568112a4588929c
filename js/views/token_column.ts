import { type Rows, rowsBetween } from "../core/geometry.js";
import type { AttentionAxis } from "./attention_data.js";
import { h, setAttribute } from "./controls/dom.js";

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

/**
 * A column of tokens as text nodes in a list box. Only the rows near the window exist, so four thousand tokens cost as
 * much as forty; the row that holds the focus always exists.
 */
export class TokenColumn {
  readonly element = h("div.xai-tokens", {
    role: "listbox",
    "aria-multiselectable": "true",
  });
  /** The row that Tab reaches. */
  active = 0;
  readonly #shown = new Map<number, HTMLElement>();
  #spare: HTMLElement[] = [];
  #data: TokenColumnData | null = null;
  #marked = new Set<HTMLElement>();

  update(data: TokenColumnData): void {
    const before = this.#data;
    this.#data = data;
    const { element } = this;
    setAttribute(element, "aria-label", data.label);
    setAttribute(element, "data-align", data.align);
    Object.assign(element.style, {
      left: `${data.x}px`,
      width: `${data.width}px`,
      height: `${data.rows.count * data.rows.height}px`,
      fontSize: `${data.fontSize}px`,
      lineHeight: `${data.rows.height}px`,
    });
    this.active = Math.min(this.active, Math.max(0, data.rows.count - 1));
    if (before !== null && before.axis === data.axis && before.rows.height === data.rows.height) return;
    for (const [row, token] of this.#shown) {
      if (row < data.rows.count) this.#write(token, row, data);
      else this.#release(row, token);
    }
  }

  /** Makes the rows between two distances from the top exist. */
  show(top: number, bottom: number): void {
    const data = this.#data;
    if (data === null || data.rows.count === 0) return;
    const margin = 8 * data.rows.height;
    const [start, stop] = rowsBetween(data.rows, top - margin, bottom + margin);
    for (const [row, token] of this.#shown) {
      if ((row < start || row >= stop) && row !== this.active) this.#release(row, token);
    }
    for (let row = start; row < stop; row++) this.#ensure(row, data);
    this.#ensure(this.active, data);
  }

  /** Writes what changed in a token's looks: a class and a state, nothing that takes room. */
  mark(marks: TokenMarks): void {
    const marked = new Set<HTMLElement>();
    for (const [row, token] of this.#shown) {
      const [pinned, hovered] = [marks.pinned(row), marks.hovered(row)];
      if (!pinned && !hovered && !this.#marked.has(token)) continue;
      if (pinned || hovered) marked.add(token);
      token.classList.toggle("xai-token-hovered", hovered);
      setAttribute(token, "aria-selected", pinned ? "true" : "false");
    }
    this.#marked = marked;
  }

  focus(row: number): void {
    const data = this.#data;
    if (data === null || data.rows.count === 0) return;
    this.activate(row);
    this.#ensure(this.active, data).focus({ preventScroll: true });
  }

  /** Makes a row the one that Tab reaches. */
  activate(row: number): void {
    const data = this.#data;
    if (data === null) return;
    const before = this.#shown.get(this.active);
    this.active = Math.min(Math.max(0, row), data.rows.count - 1);
    if (before !== undefined) before.tabIndex = -1;
    this.#ensure(this.active, data).tabIndex = 0;
  }

  rowOf(target: EventTarget | null): number | null {
    if (!(target instanceof HTMLElement) || target.parentElement !== this.element) return null;
    return Number(target.dataset.row);
  }

  #ensure(row: number, data: TokenColumnData): HTMLElement {
    const existing = this.#shown.get(row);
    if (existing !== undefined) return existing;
    const token = this.#spare.pop() ?? h("div.xai-token", { role: "option" });
    this.#write(token, row, data);
    this.#shown.set(row, token);
    this.element.append(token);
    return token;
  }

  #release(row: number, token: HTMLElement): void {
    this.#shown.delete(row);
    this.#marked.delete(token);
    token.remove();
    token.classList.remove("xai-token-hovered");
    setAttribute(token, "aria-selected", "false");
    this.#spare.push(token);
  }

  #write(token: HTMLElement, row: number, data: TokenColumnData): void {
    const label = data.axis.labels[row] ?? "";
    const { count, height } = data.rows;
    if (token.textContent !== label) token.textContent = label;
    token.dataset.row = String(row);
    token.dir = "auto";
    token.title = label;
    token.tabIndex = row === this.active ? 0 : -1;
    token.style.transform = `translateY(${row * height}px)`;
    token.style.height = `${height}px`;
    token.classList.toggle("xai-token-special", data.axis.special[row] ?? false);
    setAttribute(token, "aria-posinset", row + 1);
    setAttribute(token, "aria-setsize", count);
    setAttribute(token, "aria-selected", token.getAttribute("aria-selected") ?? "false");
  }
}
