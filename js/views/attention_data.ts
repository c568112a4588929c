import type { Selection } from "../contract.js";

export type { AttentionAxis, AttentionData, HeadWeights } from "../core/attention_data.js";

/** The pair that is pointed at, in rows and columns of AttentionData; one of both is null where a token is pointed at. */
export interface Hover {
  query: number | null;
  key: number | null;
}

export function samePair(a: Hover | null, b: Hover | null): boolean {
  return a?.query === b?.query && a?.key === b?.key;
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
  /** Hears what is left out of the drawing, in words ("" when nothing is), whenever that changes. */
  onSummary?(summary: string): void;
}
