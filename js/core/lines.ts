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

/**
 * The bits of positive floats are in the order of their values: the topmost of them make bins as fine for small weights
 * as for large ones, for the cost of a shift. NaN and UNSEEN lie above those of all weights.
 */
const BIN_SHIFT = 17;
const BEYOND_WEIGHTS = 0x40000000;
const BINS = BEYOND_WEIGHTS >>> BIN_SHIFT;

function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

/** The smallest weight of a bin. */
function floorOf(bin: number): number {
  return new Float32Array(Uint32Array.of(bin << BIN_SHIFT).buffer)[0]!;
}

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

/** Nothing drawn of what there is. */
export const NO_LINES: LineSet = {
  count: 0,
  queries: new Int32Array(),
  keys: new Int32Array(),
  heads: new Uint16Array(),
  weights: new Float32Array(),
  leftOut: 1,
  floor: 0,
};

/** Cells of one head in the blocks; what they share counts again. */
export function cellCount(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { queries, keys }) => sum + (queries[1] - queries[0]) * (keys[1] - keys[0]), 0);
}

/** The lines of the blocks at or above the threshold; the strongest `most` of them. */
export function selectLines(
  heads: readonly HeadWeights[],
  nKeys: number,
  blocks: readonly Block[],
  threshold: number,
  most: number,
): LineSet {
  const runs = runsOf(blocks, nKeys);
  const wanted = Math.max(threshold, FAINTEST);
  const counts = new Uint32Array(BINS);
  let total = 0;
  for (const { values } of heads) {
    const bits = bitsOf(values);
    for (const { start, stop } of runs) {
      for (let i = start; i < stop; i++) {
        if (bits[i]! >= BEYOND_WEIGHTS) continue;
        total += values[i]!;
        if (values[i]! >= wanted) counts[bits[i]! >>> BIN_SHIFT]!++;
      }
    }
  }
  const { floor, count } = strongest(counts, wanted, most);
  return collect(heads, nKeys, runs, { floor, count, total });
}

/** Walks down from the strongest bin for as long as there is room: whole bins, so that like weights share one fate. */
function strongest(counts: Uint32Array, wanted: number, most: number): { floor: number; count: number } {
  let bin = BINS;
  let count = 0;
  while (bin > 0 && floorOf(bin) > wanted && count + counts[bin - 1]! <= most) {
    bin--;
    count += counts[bin]!;
  }
  // One bin alone may be too many, as in a head that looks at nothing but the first token: then some of it.
  if (count === 0 && bin > 0 && counts[bin - 1]! > 0)
    return { floor: Math.max(wanted, floorOf(bin - 1)), count: most };
  return { floor: Math.max(wanted, floorOf(bin)), count };
}

function collect(
  heads: readonly HeadWeights[],
  nKeys: number,
  runs: readonly Run[],
  { floor, count, total }: { floor: number; count: number; total: number },
): LineSet {
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
  heads.forEach(({ values }, head) => {
    const bits = bitsOf(values);
    for (const { query, start, stop } of runs) {
      for (let i = start; i < stop && lines.count < count; i++) {
        if (bits[i]! >= BEYOND_WEIGHTS || values[i]! < floor) continue;
        lines.queries[lines.count] = query;
        lines.keys[lines.count] = i - query * nKeys;
        lines.heads[lines.count] = head;
        lines.weights[lines.count] = values[i]!;
        lines.count++;
        drawn += values[i]!;
      }
    }
  });
  lines.leftOut = total > 0 ? Math.max(0, 1 - drawn / total) : 0;
  return lines;
}

/** Cells of one query that lie next to each other: half-open indices into a head's values. */
interface Run {
  query: number;
  start: number;
  stop: number;
}

/** The cells of the blocks, each once though blocks overlap. */
function runsOf(blocks: readonly Block[], nKeys: number): Run[] {
  const runs: Run[] = [];
  blocks.forEach((block, index) => {
    const earlier = blocks.slice(0, index);
    for (let query = block.queries[0]; query < block.queries[1]; query++) {
      let spans = [block.keys];
      for (const { queries, keys } of earlier) {
        if (query >= queries[0] && query < queries[1]) spans = spans.flatMap((span) => without(span, keys));
      }
      for (const [start, stop] of spans) {
        runs.push({ query, start: query * nKeys + start, stop: query * nKeys + stop });
      }
    }
  });
  return runs;
}

/** What is left of a span without another: none, one or two spans. */
function without([start, stop]: Block["keys"], [from, to]: Block["keys"]): Block["keys"][] {
  const left: Block["keys"][] = [
    [start, Math.min(stop, from)],
    [Math.max(start, to), stop],
  ];
  return left.filter(([first, last]) => first < last);
}
