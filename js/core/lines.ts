import type { Selection } from "../contract.js";
import type { AttentionData, HeadWeights } from "./attention_data.js";

/** A rectangle of the map, half-open. */
export interface Block {
  queries: [start: number, stop: number];
  keys: [start: number, stop: number];
}

/** Lines that are drawn, strongest of all where there are too many, as parallel arrays. */
export interface LineSet {
  count: number;
  queries: Int32Array;
  keys: Int32Array;
  /** Index into AttentionData.heads. */
  heads: Uint16Array;
  weights: Float32Array;
  /** Share of the blocks' weight that no line shows, 0 to 1. */
  leftOut: number;
  /** The weight under which lines are left out. */
  floor: number;
}

/** Fainter than this a line adds nothing that an eye could see. */
export const FAINTEST = 0.004;
const BINS = 1024;

/** What is in focus: a pair, a token's row or column, the pinned spans, or everything. */
export function blocksOf(
  data: Pick<AttentionData, "queries" | "keys">,
  pinned: readonly Selection[],
  hover: { query: number | null; key: number | null } | null,
): Block[] {
  const all: Block = { queries: [0, data.queries.labels.length], keys: [0, data.keys.labels.length] };
  if (hover !== null && (hover.query !== null || hover.key !== null)) {
    const { query, key } = hover;
    return [
      {
        queries: query === null ? all.queries : [query, query + 1],
        keys: key === null ? all.keys : [key, key + 1],
      },
    ];
  }
  if (pinned.length === 0) return [all];
  return pinned.map(({ side, start, stop }) =>
    side === "query" ? { ...all, queries: [start, stop] } : { ...all, keys: [start, stop] },
  );
}

/** The lines of the blocks at or above the threshold; the strongest `most` of them. */
export function selectLines(
  heads: readonly HeadWeights[],
  nKeys: number,
  blocks: readonly Block[],
  threshold: number,
  most: number,
): LineSet {
  const histogram = new Float64Array(BINS + 1);
  const counts = new Uint32Array(BINS + 1);
  const binOf = (weight: number) => Math.min(BINS, Math.floor(Math.sqrt(weight) * BINS));
  let total = 0;
  visit(heads, nKeys, blocks, 0, (_query, _key, _head, weight) => {
    const bin = binOf(weight);
    total += weight;
    histogram[bin] = histogram[bin]! + weight;
    counts[bin] = counts[bin]! + 1;
  });

  // Walk down from the strongest bin for as long as there is room: whole bins, so that equal weights share one fate.
  const wanted = Math.max(threshold, FAINTEST);
  let floorBin = BINS + 1;
  let room = most;
  while (floorBin > 0 && counts[floorBin - 1]! <= room && (floorBin / BINS) ** 2 > wanted) {
    floorBin--;
    room -= counts[floorBin]!;
  }
  // One bin alone may be too many, as in a head that looks at nothing but the first token: then some of it.
  if (room === most && (floorBin / BINS) ** 2 > wanted) {
    floorBin--;
    room -= Math.min(room, counts[floorBin]!);
  }
  const floor = Math.max(wanted, (floorBin / BINS) ** 2);
  const count = most - room;
  const lines: LineSet = {
    count: 0,
    queries: new Int32Array(count),
    keys: new Int32Array(count),
    heads: new Uint16Array(count),
    weights: new Float32Array(count),
    leftOut: 0,
    floor,
  };
  let drawn = 0;
  visit(heads, nKeys, blocks, floor, (query, key, head, weight) => {
    const i = lines.count;
    if (i === count) return;
    lines.queries[i] = query;
    lines.keys[i] = key;
    lines.heads[i] = head;
    lines.weights[i] = weight;
    drawn += weight;
    lines.count = i + 1;
  });
  lines.leftOut = total > 0 ? Math.max(0, 1 - drawn / total) : 0;
  return lines;
}

/** Every positive weight of the blocks, each once though blocks overlap. */
function visit(
  heads: readonly HeadWeights[],
  nKeys: number,
  blocks: readonly Block[],
  floor: number,
  each: (query: number, key: number, head: number, weight: number) => void,
): void {
  blocks.forEach((block, index) => {
    const earlier = blocks.slice(0, index);
    for (let head = 0; head < heads.length; head++) {
      const { values } = heads[head]!;
      for (let query = block.queries[0]; query < block.queries[1]; query++) {
        for (let key = block.keys[0]; key < block.keys[1]; key++) {
          const weight = values[query * nKeys + key]!;
          if (!(weight > 0) || weight < floor) continue;
          if (earlier.length > 0 && earlier.some((other) => contains(other, query, key))) continue;
          each(query, key, head, weight);
        }
      }
    }
  });
}

function contains({ queries, keys }: Block, query: number, key: number): boolean {
  return query >= queries[0] && query < queries[1] && key >= keys[0] && key < keys[1];
}
