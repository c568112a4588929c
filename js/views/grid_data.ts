import type { AttentionKind } from "../contract.js";

/** All heads of all layers at a glance. */
export interface AttentionGridData {
  kind: AttentionKind;
  /** The layers' own numbers. */
  layers: number[];
  /** Number of heads of each of `layers`. */
  heads: number[];
  /** Weight bytes [layer, head, row, column]. */
  thumbnails: Uint8Array;
  shape: [layers: number, heads: number, rows: number, columns: number];
  /** What a cell of a thumbnail is, in words: "one cell for each pair of tokens". */
  cell: string;
  /** Keys run from right to left, as their text does. */
  direction: "ltr" | "rtl";
  /** What is on show elsewhere: the layer's own number, and the heads that are on. */
  layer: number;
  on: number[];
}

export interface AttentionGridOptions {
  /** Colour of each head of the layer that is on show. */
  colours: string[];
  dark: boolean;
  /** A thumbnail was chosen: the layer's own number, and the head. */
  onPick(layer: number, head: number): void;
}
