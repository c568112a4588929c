import type { AttentionKind, Selection } from "../contract.js";

/**
 * What the attention views show: tokens and weights after the choices that apply to all three presentations
 * (merged words, hidden special tokens, the segment filter). Made by `core/`, never by a view.
 */
export interface AttentionAxis {
  /** Readable label of each row or column: a token, or a word where sub-words are merged. */
  labels: string[];
  /** The token positions that each label stands for, half-open. */
  spans: [number, number][];
  special: boolean[];
  segments: (number | null)[];
  direction: "ltr" | "rtl";
}

/** One head's weights, row-major [query, key]; NaN: not a number; -1: cannot be seen (masked). */
export interface HeadWeights {
  head: number;
  values: Float32Array;
}

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

/** The pair that is pointed at, in rows and columns of AttentionData; one of both is null where a token is pointed at. */
export interface Hover {
  query: number | null;
  key: number | null;
}

export interface AttentionViewOptions {
  /** Colour of each head of the layer, by head number; the same colours everywhere. */
  colours: string[];
  dark: boolean;
  threshold: number;
  /** Pinned tokens, in rows or columns of AttentionData. */
  pinned: Selection[];
  hover: Hover | null;
  /** The view says what is pointed at; null when the pointer leaves. */
  onHover(hover: Hover | null): void;
  /** Clicked: pin, or unpin what is pinned. A drag over several tokens pins the span. */
  onPin(selection: Selection): void;
}
