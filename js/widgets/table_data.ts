import type { Selection } from "../contract.js";
import type { AttentionData, Hover } from "../views/attention_data.js";
import type { TableData } from "../views/controls/weights_table.js";
import { headWords, strongest, weightWords } from "./readout_words.js";

const ROWS = 10;

/**
 * The strongest keys of the query that was pinned last, else of the one pointed at, else of the first. Exact values are
 * asked for only where the query stays: not under a pointer that moves.
 */
export function tableData(
  data: AttentionData,
  pinned: Selection[],
  hover: Hover | null,
  exact: (query: number, key: number) => number | null,
): TableData {
  const queries = data.queries.labels;
  const pin = pinned.filter(({ side }) => side === "query").at(-1);
  const pointed = pin === undefined && hover?.query != null;
  const query = pin?.start ?? hover?.query ?? 0;
  if (queries.length === 0 || data.heads.length === 0) {
    return { queries, query: -1, caption: "No weights to show: no head is on.", rows: [] };
  }
  const rows = strongest(data, { query, key: null }, ROWS).map(({ index, value }) => {
    const known = pointed ? null : exact(query, index);
    const pair = known === null ? { value, exact: false } : { value: known, exact: true };
    return { key: data.keys.labels[index] ?? "", value: weightWords(pair) };
  });
  const heads = headWords(
    data.heads.map(({ head }) => head),
    data.nHeads,
  );
  const caption = `What “${queries[query]}” looks at most: layer ${data.layer}, ${heads}`;
  return { queries, query, caption, rows };
}
