import type { Selection } from "../contract.js";
import { type AttentionData, axisOf } from "../core/attention_data.js";

/*
 * Pins are kept as token positions, so that they mean the same whether words are merged and special tokens hidden or
 * not. Views show and give rows and columns.
 */

/** The rows and columns that stand for the pinned tokens; a pin whose tokens are all hidden is not shown. */
export function pinnedRows(selection: Selection[], data: AttentionData): Selection[] {
  return selection.flatMap(({ side, start, stop }) => {
    const { spans } = axisOf(data, side);
    const rows = spans.flatMap(([first, end], row) => (first < stop && end > start ? [row] : []));
    const [from, to] = [rows[0], rows.at(-1)];
    return from === undefined || to === undefined ? [] : [{ side, start: from, stop: to + 1 }];
  });
}

/** The tokens that the rows or columns of a span stand for. */
export function pinnedTokens(rows: Selection, data: AttentionData): Selection | null {
  const { spans } = axisOf(data, rows.side);
  const [first, last] = [spans[rows.start], spans[rows.stop - 1]];
  if (first === undefined || last === undefined) return null;
  return { side: rows.side, start: Math.min(first[0], last[0]), stop: Math.max(first[1], last[1]) };
}

/**
 * Pins the rows or columns that are not pinned, last; unpins those that are. What is pinned is told by what shows it: a
 * pin may reach over tokens that are hidden, of which the view that unpins it knows nothing.
 */
export function togglePin(selection: Selection[], rows: Selection, data: AttentionData): Selection[] {
  const others = selection.filter((pin) => pinnedRows([pin], data).every((shown) => !samePin(shown, rows)));
  if (others.length < selection.length) return others;
  const tokens = pinnedTokens(rows, data);
  return tokens === null ? selection : [...selection, tokens];
}

/** Whether two pins are of the same tokens, or of the same rows. */
export function samePin(a: Selection, b: Selection): boolean {
  return a.side === b.side && a.start === b.start && a.stop === b.stop;
}
