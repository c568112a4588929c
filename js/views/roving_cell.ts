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

export interface RovingCell {
  /** Where the cursor is. */
  readonly cursor: Place;
  /** Puts the cursor on a cell without a word. */
  place(place: Place): void;
  /** Takes in how many rows and columns there are now. */
  resize(): void;
}

/**
 * The keyboard of a grid that is drawn on a canvas. One cell in the page stands for all of them, the one that the cursor
 * is on: screen readers follow it, while the focus stays on the grid.
 */
export function rovingCell(grid: HTMLElement, options: RovingOptions, signal: AbortSignal): RovingCell {
  const cell = h("div", { role: "gridcell", id: uniqueId("xai-cell") });
  let cursor: Place = { row: 0, column: 0 };
  grid.append(h("div.xai-hidden", { role: "row" }, cell));

  function nearest(row: number, column: number): Place {
    const within = (index: number, count: number) => Math.max(0, Math.min(index, count - 1));
    const near = within(row, options.rows());
    return { row: near, column: within(column, options.columns(near)) };
  }

  function moveTo(row: number, column: number): void {
    cursor = nearest(row, column);
    options.onMove(cursor);
    setText(cell, options.words(cursor));
    setAttribute(cell, "aria-rowindex", cursor.row + 1);
    setAttribute(cell, "aria-colindex", cursor.column + 1);
    setAttribute(grid, "aria-activedescendant", cell.id);
  }

  function pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { row, column } = cursor;
    const { page, keys } = options;
    const right = options.mirrored?.() ? -1 : 1;
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
    if (move !== undefined) moveTo(...move);
    else if (event.key === "Enter" || event.key === " ") options.onAct(cursor);
    else if (!(event.key in keys) || keys[event.key]?.() === false) return;
    event.preventDefault();
    event.stopPropagation();
  }

  on(grid, "keydown", pressed, signal);
  on(grid, "blur", () => options.onLeave(), signal);
  on(
    grid,
    "focus",
    () => {
      // A click focuses as well, and must not move the cursor away from what was clicked.
      const entry = grid.matches(":focus-visible") ? options.entry() : null;
      if (entry !== null) moveTo(entry.row, entry.column);
    },
    signal,
  );

  return {
    get cursor() {
      return cursor;
    },
    place(next) {
      cursor = next;
    },
    resize() {
      setAttribute(grid, "aria-rowcount", options.rows());
      setAttribute(grid, "aria-colcount", options.columns());
      cursor = nearest(cursor.row, cursor.column);
    },
  };
}
