import type { AttentionKind, Part, SegmentFilter, WireTokens } from "../contract.js";
import type { AttentionData, HeadWeights } from "./attention_data.js";
import { type AxisPlan, planAxis, segmentsOf } from "./axes.js";
import { CodecError, decodeWeights, UNSEEN, WEIGHT_OF_BYTE } from "./codec.js";

export interface AttentionChoices {
  mergeWords: boolean;
  hideSpecial: boolean;
  segmentFilter: SegmentFilter;
}

export interface AttentionSource {
  kind: AttentionKind;
  layer: number;
  nHeads: number;
  queries: WireTokens;
  keys: WireTokens;
  /** The heads that are on, ascending. */
  on: readonly number[];
  /** The part of a long text that is shown; null: all of it. */
  part: Part | null;
  /** Weight bytes [query, key] of each head that has arrived, of that part. */
  bytes: ReadonlyMap<number, Uint8Array>;
}

export interface PreparedAttention {
  data: AttentionData;
  /** Share of the shown queries' weight that goes to keys that are not shown: mean over rows and heads, 0 to 1. */
  hiddenShare: number;
  /** Share of the part's queries' weight that goes to keys outside of the part, likewise; 0 where all is shown. */
  outsideShare: number;
}

interface PreparedHead {
  values: Float32Array;
  hiddenShare: number;
}

/**
 * A function from what arrived to what is shown. It remembers what it made of each head under the last choices, by the
 * identity of the bytes and the tokens, so that a head that is switched on and off is prepared once.
 */
export function attentionPreparer(): (
  source: AttentionSource,
  choices: AttentionChoices,
) => PreparedAttention {
  let plannedFor: unknown[] = [];
  let queries: AxisPlan;
  let keys: AxisPlan;
  let heads = new WeakMap<Uint8Array, PreparedHead & { outsideShare: number }>();

  function plan(source: AttentionSource, choices: AttentionChoices): void {
    const { mergeWords, hideSpecial, segmentFilter } = choices;
    const part = source.part;
    const inputs = [source.queries, source.keys, mergeWords, hideSpecial, segmentFilter, part];
    if (inputs.length === plannedFor.length && inputs.every((input, i) => input === plannedFor[i])) return;
    plannedFor = inputs;
    const [querySegment, keySegment] = segmentsOf(segmentFilter);
    queries = planAxis(source.queries, choices, querySegment, part?.query);
    keys = planAxis(source.keys, choices, keySegment, part?.key);
    heads = new WeakMap();
  }

  return (source, choices) => {
    plan(source, choices);
    const shown: HeadWeights[] = [];
    const pending: number[] = [];
    let [hidden, outside] = [0, 0];
    for (const head of source.on) {
      const bytes = source.bytes.get(head);
      if (bytes === undefined) {
        pending.push(head);
        continue;
      }
      let prepared = heads.get(bytes);
      if (prepared === undefined) {
        const outsideShare = source.part === null ? 0 : outsideOf(bytes, keys.rowOf.length);
        prepared = { ...prepareHead(bytes, queries, keys), outsideShare };
        heads.set(bytes, prepared);
      }
      shown.push({ head, values: prepared.values });
      hidden += prepared.hiddenShare;
      outside += prepared.outsideShare;
    }
    const data: AttentionData = {
      kind: source.kind,
      layer: source.layer,
      nHeads: source.nHeads,
      queries: queries.axis,
      keys: keys.axis,
      heads: shown,
      pending,
    };
    const count = Math.max(1, shown.length);
    return { data, hiddenShare: hidden / count, outsideShare: outside / count };
  };
}

/**
 * Weights of rows by columns: keys of a column are summed, queries of a row averaged. What cannot be seen adds nothing to
 * a sum, so that a row still sums to one, and a cell of which nothing can be seen cannot be seen. One NaN makes its cell NaN.
 */
export function prepareHead(bytes: Uint8Array, queries: AxisPlan, keys: AxisPlan): PreparedHead {
  const [nQueries, nKeys] = [queries.rowOf.length, keys.rowOf.length];
  if (bytes.length !== nQueries * nKeys) {
    throw new CodecError(
      `A head has ${bytes.length} weights; ${nQueries} queries x ${nKeys} keys were expected.`,
    );
  }
  if (queries.identity && keys.identity) return { values: decodeWeights(bytes), hiddenShare: 0 };

  const width = keys.axis.labels.length;
  const height = queries.axis.labels.length;
  const values = new Float32Array(height * width).fill(UNSEEN);
  const columnOf = keys.rowOf;
  let hidden = 0;
  let total = 0;
  for (let row = 0; row < height; row++) {
    const [start, stop] = queries.axis.spans[row]!.map((position) => position - queries.start) as [
      number,
      number,
    ];
    const share = 1 / (stop - start);
    const target = row * width;
    for (let query = start; query < stop; query++) {
      const source = query * nKeys;
      for (let key = 0; key < nKeys; key++) {
        const weight = WEIGHT_OF_BYTE[bytes[source + key]!]!;
        if (weight === UNSEEN) continue;
        const column = columnOf[key]!;
        if (!Number.isNaN(weight)) {
          total += weight;
          if (column < 0) hidden += weight;
        }
        if (column < 0) continue;
        const before = values[target + column]!;
        values[target + column] = (before === UNSEEN ? 0 : before) + weight * share;
      }
    }
  }
  return { values, hiddenShare: total > 0 ? hidden / total : 0 };
}

/** What is missing of a sum of one, mean over the rows: of a part, the weight that goes to keys outside of it. */
function outsideOf(bytes: Uint8Array, nKeys: number): number {
  if (bytes.length === 0) return 0;
  let total = 0;
  for (const byte of bytes) {
    const weight = WEIGHT_OF_BYTE[byte]!;
    if (weight > 0) total += weight;
  }
  return Math.max(0, 1 - (total * nKeys) / bytes.length);
}

/** Mean of each cell over the heads that can see it; NaN where one of them is not a number. */
export function meanOverHeads(heads: readonly HeadWeights[]): Float32Array | null {
  const all = heads.map(({ values }) => values);
  const [first] = all;
  if (first === undefined || all.length === 1) return first ?? null;
  const mean = new Float32Array(first.length);
  for (let i = 0; i < mean.length; i++) {
    let sum = 0;
    let seen = 0;
    for (let head = 0; head < all.length; head++) {
      const weight = all[head]![i]!;
      if (weight === UNSEEN) continue;
      sum += weight;
      seen++;
    }
    mean[i] = seen === 0 ? UNSEEN : sum / seen;
  }
  return mean;
}
