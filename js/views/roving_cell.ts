import { h, on, setAttribute, setText, uniqueId } from "./controls/dom.js";

export interface Place {
  row: number;
  column: number;
}

export interface RovingOptions {
  rows(): number;
  /** How many columns a row has; with no row named, the widest. */
  columns(row?: number): number;
  /** How many rows Page Up and Page Down go. */
  page: number;
  /** Whether columns run from right to left. */
  mirrored?(): boolean;
  /** A cell in words, for screen readers. */
  words(place: Place): string;
  /** The cursor came to a cell. */
  onMove(place: Place): void;
  /** Enter or space on a cell. */
  onAct(place: Place): void;
  /** The focus went. */
  onLeave(): void;
  /** Where the focus comes in when it comes by the keyboard. */
  entry(): Place | null;
  /** What other keys do; one that gives false leaves its key to the page. */
  keys: Record<string, () => unknown>;
}

/**
 * The keyboard of a grid that is drawn on a canvas. One cell in the page stands for all of them, the one that the cursor
 * is on: screen readers follow it, while the focus stays on the grid.
 */
export class RovingCell {
  cursor: Place = { row: 0, column: 0 };
  readonly #cell = h("div", { role: "gridcell", id: uniqueId("xai-cell") });

  constructor(
    private readonly grid: HTMLElement,
    private readonly options: RovingOptions,
    signal: AbortSignal,
  ) {
    grid.append(h("div.xai-hidden", { role: "row" }, this.#cell));
    on(grid, "keydown", (event) => this.#pressed(event), signal);
    on(grid, "blur", () => options.onLeave(), signal);
    on(
      grid,
      "focus",
      () => {
        // A click focuses as well, and must not move the cursor away from what was clicked.
        const place = grid.matches(":focus-visible") ? options.entry() : null;
        if (place !== null) this.moveTo(place.row, place.column);
      },
      signal,
    );
  }

  /** Takes in how many rows and columns there are now. */
  resize(): void {
    const { grid, options } = this;
    setAttribute(grid, "aria-rowcount", options.rows());
    setAttribute(grid, "aria-colcount", options.columns());
    this.cursor = this.#nearest(this.cursor.row, this.cursor.column);
  }

  moveTo(row: number, column: number): void {
    this.cursor = this.#nearest(row, column);
    this.options.onMove(this.cursor);
    setText(this.#cell, this.options.words(this.cursor));
    setAttribute(this.#cell, "aria-rowindex", this.cursor.row + 1);
    setAttribute(this.#cell, "aria-colindex", this.cursor.column + 1);
    setAttribute(this.grid, "aria-activedescendant", this.#cell.id);
  }

  #nearest(row: number, column: number): Place {
    const within = (index: number, count: number) => Math.max(0, Math.min(index, count - 1));
    const nearest = within(row, this.options.rows());
    return { row: nearest, column: within(column, this.options.columns(nearest)) };
  }

  #pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { row, column } = this.cursor;
    const { page, mirrored, keys, onAct } = this.options;
    const right = mirrored?.() ? -1 : 1;
    const moves: Record<string, [row: number, column: number]> = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - right],
      ArrowRight: [row, column + right],
      Home: [row, 0],
      End: [row, Number.POSITIVE_INFINITY],
      PageUp: [row - page, column],
      PageDown: [row + page, column],
    };
    const move = moves[event.key];
    if (move !== undefined) this.moveTo(...move);
    else if (event.key === "Enter" || event.key === " ") onAct(this.cursor);
    else if (!(event.key in keys) || keys[event.key]?.() === false) return;
    event.preventDefault();
    event.stopPropagation();
  }
}
