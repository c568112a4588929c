import type { AttentionKind } from "../contract.js";

/** One side of the map after the choices of what to show: a row or column is a token, or a word where they are merged. */
export interface AttentionAxis {
  /** Readable label of each row or column. */
  labels: string[];
  /** The token positions that each label stands for, half-open. */
  spans: [number, number][];
  special: boolean[];
  segments: (number | null)[];
  direction: "ltr" | "rtl";
}

export type Side = "query" | "key";

export const SIDES: readonly Side[] = ["query", "key"];

/** One head's weights, row-major [query, key]; NaN: not a number; -1: cannot be seen (masked). */
export interface HeadWeights {
  head: number;
  values: Float32Array;
}

/** Tokens and weights after the choices that apply to every presentation. */
export interface AttentionData {
  kind: AttentionKind;
  layer: number;
  /** Heads of this layer, whether on or off. */
  nHeads: number;
  queries: AttentionAxis;
  keys: AttentionAxis;
  /** The heads that are on and whose weights have arrived, ascending. */
  heads: HeadWeights[];
  /** Heads that are on and still on their way. */
  pending: number[];
}

/** What is on one side of the map. */
export function axisOf(data: Pick<AttentionData, "queries" | "keys">, side: Side): AttentionAxis {
  return side === "query" ? data.queries : data.keys;
}
