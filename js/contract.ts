/**
 * The boundary between Python and JavaScript: every trait and every message, typed once.
 * Python's side of it is `xai_widgets/widgets/wire.py`; the golden payloads in `tests/contract` hold both to it.
 */

/** Version of the wire format; a reader refuses a newer one in words. */
export const WIRE_VERSION = 1;

/** An array as it travels: C order, little-endian. */
export interface WireArray {
  dtype: "uint8" | "float32" | "int32";
  shape: number[];
  data: DataView | ArrayBuffer | Uint8Array;
}

/** A TokenSequence: every list has one entry a token. */
export interface WireTokens {
  text: string[];
  ids: number[];
  pieces: string[];
  /** Half-open character offsets into the text that was typed; null where a token has none. */
  offsets: ([number, number] | null)[];
  /** Index of the word that the token belongs to. */
  words: (number | null)[];
  special: boolean[];
  /** 0 for the first text, 1 for the second of a pair, null for special tokens. */
  segments: (number | null)[];
  direction: "ltr" | "rtl";
}

export type AttentionKind = "self" | "encoder" | "cross" | "decoder";

/** One stack of attention layers. */
export interface KindMeta {
  kind: AttentionKind;
  /** The layers' own numbers: a hybrid model has layers without attention, which are not listed. */
  layers: number[];
  /** Number of heads of each of `layers`. */
  heads: number[];
  /** Keys into `tokens`: who looks (queries), and what is looked at (keys). */
  queries: string;
  keys: string;
  /** Whether some positions cannot be seen by others (a causal or windowed mask). */
  masked: boolean;
}

/**
 * 8-bit weights ("weight bytes"), one byte a weight, companded by a square root so that small weights keep
 * their differences: byte = round(253 * sqrt(weight)), weight = (byte / 253)^2.
 */
export const WEIGHT_LEVELS = 253;
/** The byte of a weight that is not a number. */
export const WEIGHT_NAN = 254;
/** The byte of a pair that the mask forbids: "cannot see", which is not a weight of zero. */
export const WEIGHT_UNSEEN = 255;

export interface AttentionMeta {
  /** Grows with every new map; requests carry it, so that an answer for an older map is refused as stale. */
  run: number;
  /** What the model is called, for people. */
  model: string;
  /** How the weights were obtained, in words, for the footer. */
  source: string;
  kinds: KindMeta[];
  /** What the `heads` array holds. */
  initial: { kind: AttentionKind; layer: number; heads: number[] };
  /** How `thumbnails` were pooled from the weights, in words, for the legend of the grid. */
  thumbnail: string;
  /** Whether a model is there to run again on other text (false for a map made from tensors). */
  live: boolean;
  /** Whether the model takes a second text, and what the two boxes are called. */
  inputs: { name: "text" | "text_pair"; label: string; optional: boolean }[];
}

/**
 * The payload of an AttentionWidget. Arrays:
 *  - `thumbnails/<kind>`: uint8 [layer, head, row, column] of weight bytes, max-pooled; a layer with fewer
 *    heads than the widest is padded with WEIGHT_NAN.
 *  - `heads`: uint8 [head, query, key] of weight bytes of `meta.initial`.
 */
export interface AttentionPayload {
  v: number;
  kind: "attention";
  meta: AttentionMeta;
  tokens: Record<string, WireTokens>;
  arrays: Record<string, WireArray>;
}

/** Half-open span of positions on one side of the map. */
export interface Selection {
  side: "query" | "key";
  start: number;
  stop: number;
}

export type Presentation = "lines" | "matrix" | "grid";
/** Which pairs of a sentence pair are shown: by the segment of the query and of the key. */
export type SegmentFilter = "all" | "AA" | "AB" | "BA" | "BB";

/** Work under way, or null. `total` 0: how much is not known. `id` is the request that it answers, if any. */
export interface Progress {
  label: string;
  done: number;
  total: number;
}

/** Traits of an AttentionWidget. Two-way unless a comment says otherwise. */
export interface AttentionTraits {
  /** Python to JS only, replaced whole. */
  payload: AttentionPayload;
  /** Python to JS only: a failure in words, "" when there is none. */
  error: string;
  /** Python to JS only. */
  progress: Progress | null;
  /** The text that the map on show belongs to. What is being typed is not written here: see RunRequest. */
  text: string;
  text_pair: string;
  kind: AttentionKind;
  /** The layer's own number. */
  layer: number;
  /** The heads that are on, ascending; none is allowed. */
  heads: number[];
  /** Pinned tokens, in the order in which they were pinned. */
  selection: Selection[];
  presentation: Presentation[];
  hide_special: boolean;
  merge_words: boolean;
  /** Lines and cells under this weight are not drawn: 0 to 1. */
  threshold: number;
  segment_filter: SegmentFilter;
  theme: "auto" | "light" | "dark";
}

/** The weight bytes of some heads of a layer. Answer: buffers[0] = uint8 [heads.length, query, key]. */
export interface HeadsRequest {
  what: "heads";
  run: number;
  kind: AttentionKind;
  layer: number;
  heads: number[];
}

/**
 * Exact weights of one pair of spans: for each of `heads` the mean over the query span of the sum over the key
 * span (single positions: the weight itself). Answer: buffers[0] = float32 [heads.length]; NaN where the mask
 * forbids every pair of the spans, or the weight is not a number.
 */
export interface CellRequest {
  what: "cell";
  run: number;
  kind: AttentionKind;
  layer: number;
  heads: number[];
  query: [number, number];
  key: [number, number];
}

/** Run the model on other text. Answer: no buffers; the new payload, text and text_pair come as traits before it. */
export interface RunRequest {
  what: "run";
  text: string;
  text_pair: string;
  /** Cut what is longer than the model takes, after the error offered it. */
  truncate: boolean;
}

/** Stop the request of that id, or whatever runs when it is null. Answer: no buffers. */
export interface CancelRequest {
  what: "cancel";
  target: string | null;
}

export type Request = HeadsRequest | CellRequest | RunRequest | CancelRequest;

/** JS to Python. A newer request of the same `what` makes older ones stale, but for "cell" and "heads". */
export interface RequestMessage {
  type: "request";
  id: string;
  request: Request;
}

/** Python to JS, with the request's id; `data` describes the buffers. */
export type ResponseMessage =
  | { type: "response"; id: string; ok: true; arrays: { dtype: WireArray["dtype"]; shape: number[] }[] }
  | {
      type: "response";
      id: string;
      ok: false;
      /** Class of the error in Python, e.g. "InputError", "StaleError", "Cancelled". */
      name: string;
      /** What went wrong, what is allowed, what to do: shown as it is. */
      message: string;
      /** A remedy that a button can offer. */
      offer: "truncate" | null;
    };
