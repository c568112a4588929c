import type { AttentionData, Hover } from "../views/attention_data.js";
import type { AttentionState } from "./attention_state.js";
import { type LinkedSpan, linkedRow } from "./hover_link.js";

/** The tokens that are pointed at, for the other widgets of a group: of a pair, its query. */
export function linkedSpan(
  { payload, kindMeta }: AttentionState,
  data: AttentionData,
  hover: Hover | null,
): LinkedSpan | null {
  const side = hover?.query != null ? "queries" : "keys";
  const span = data[side].spans[hover?.query ?? hover?.key ?? -1];
  const tokens = kindMeta[side];
  if (span === undefined) return null;
  return { tokens, count: payload.tokens[tokens]?.text.length ?? 0, start: span[0], stop: span[1] };
}

/** What another widget of the group points at: a query where the text is on that side, else a key. */
export function linkedHover(
  { payload, kindMeta }: AttentionState,
  data: AttentionData,
  span: LinkedSpan | null,
): Hover | null {
  const rowOf = (side: "queries" | "keys") =>
    linkedRow(span, kindMeta[side], payload.tokens[kindMeta[side]]?.text.length ?? 0, data[side].spans);
  const [query, key] = [rowOf("queries"), rowOf("keys")];
  if (query >= 0) return { query, key: null };
  return key >= 0 ? { query: null, key } : null;
}
