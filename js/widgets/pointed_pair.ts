import type { CellRequest, Selection } from "../contract.js";
import { UNSEEN } from "../core/codec.js";
import type { AttentionData, Hover } from "../views/attention_data.js";
import type { AttentionState } from "./attention_state.js";

/** What asks for the exact weight of a pair. Heads that cannot see the pair have no say in its mean. */
export function cellRequest(
  state: AttentionState,
  data: AttentionData,
  query: number,
  key: number,
): CellRequest {
  const at = query * data.keys.labels.length + key;
  return {
    what: "cell",
    run: state.meta.run,
    kind: state.kind,
    layer: state.layer,
    heads: data.heads.filter(({ values }) => values[at] !== UNSEEN).map(({ head }) => head),
    query: data.queries.spans[query] as [number, number],
    key: data.keys.spans[key] as [number, number],
  };
}

/** A token that is pointed at while one of the other side is pinned makes a pair with it. */
export function completed(hover: Hover | null, pinned: Selection[]): Hover | null {
  if (hover === null || (hover.query !== null && hover.key !== null)) return hover;
  const other = hover.query === null ? "query" : "key";
  const pin = pinned.filter(({ side }) => side === other).at(-1);
  return pin === undefined || pin.stop - pin.start > 1 ? hover : { ...hover, [other]: pin.start };
}
