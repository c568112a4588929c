import type { Selection, SideSelection } from "../contract.js";
import { isPicked, type Span } from "./picks.js";

/** Pinned tokens as rows (of what was written) and columns (of what was read) of a map. */
export function pinsOf(selection: SideSelection[], queries: Span[], keys: Span[]): Selection[] {
  const of = (side: Selection["side"], spans: Span[]): Selection[] =>
    spans.flatMap((span, row) =>
      isPicked(selection, side === "query" ? 1 : 0, span) ? [{ side, start: row, stop: row + 1 }] : [],
    );
  return [...of("query", queries), ...of("key", keys)];
}
