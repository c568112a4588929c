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
  initial: { kind: AttentionKind; layer: number; heads: number[]; part: Part | null };
  /** The most positions of a side that travel at once: a longer text is looked at in parts. */
  longest: number;
  /** How `thumbnails` were pooled from the weights, in words, for the legend of the grid. */
  thumbnail: string;
  /**
   * Of each kind the layers that `thumbnails/<kind>` has, in its order, and whether every query row went into them. For
   * others, and for better ones, there is a ThumbnailsRequest.
   */
  thumbnails: Partial<Record<AttentionKind, { layers: number[]; exact: boolean }>>;
  /** Whether a model is there to run again on other text (false for a map made from tensors). */
  live: boolean;
  /** Whether the model takes a second text, and what the two boxes are called. */
  inputs: { name: "text" | "text_pair"; label: string; optional: boolean }[];
}

/**
 * The payload of an AttentionWidget. Arrays:
 *  - `thumbnails/<kind>`: uint8 [layer, head, row, column] of weight bytes, max-pooled, of the layers that
 *    `meta.thumbnails` names; a layer with fewer heads than the widest is padded with WEIGHT_NAN.
 *  - `heads`: uint8 [head, query, key] of weight bytes of `meta.initial`.
 */
export interface AttentionPayload {
  v: number;
  kind: "attention";
  meta: AttentionMeta;
  tokens: Record<string, WireTokens>;
  arrays: Record<string, WireArray>;
}

/** A part of a long map: half-open spans of positions, at most `longest` of each side. */
export interface Part {
  query: [number, number];
  key: [number, number];
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

/** What every widget has: its code, which the small module that anywidget imports (`js/widgets/loader.ts`) asks for. */
export interface CodeTraits {
  _code: string;
  _css: string;
  payload: object;
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
  /** The part of a long text that is on show; null: all of it, or its beginning where that is too much. */
  part: Part | null;
  /** Pinned tokens, in the order in which they were pinned. */
  selection: Selection[];
  presentation: Presentation[];
  hide_special: boolean;
  merge_words: boolean;
  /** Lines and cells under this weight are not drawn: 0 to 1. */
  threshold: number;
  segment_filter: SegmentFilter;
  /** Large type, for a projector. Python to JS only. */
  presenter?: boolean;
  /** The controls that a person cannot use. Python to JS only. */
  locked?: string[];
  theme: "auto" | "light" | "dark";
  /** Widgets of one group share what is pointed at ("" is no group): see `xai.link`. */
  group: string;
}

/** The weight bytes of some heads of a layer, of all positions or a part. Answer: uint8 [heads.length, query, key]. */
export interface HeadsRequest {
  what: "heads";
  run: number;
  kind: AttentionKind;
  layer: number;
  heads: number[];
  /** Null: of all positions, which is refused where they are more than `longest`. */
  part?: Part | null;
  /** Nobody looks at them yet: what a person is likely to look at next, asked for while nothing else is. */
  ahead?: true;
}

/** Thumbnails of some layers from all of their rows. Answer: buffers[0] = uint8 [layers.length, head, row, column]. */
export interface ThumbnailsRequest {
  what: "thumbnails";
  run: number;
  kind: AttentionKind;
  layers: number[];
  /** Whether every query row has to go into them, which takes long in a long text. */
  exact: boolean;
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

/**
 * Ask the model another question: other text, and any other question traits of an AttributionWidget or a
 * TranslationWidget. Another `text` or `text_pair` begins anew: `forced` is then [] and `beam` null, unless they are named.
 * Another `forced` without a `beam` makes `beam` null: it counted in another tree.
 * Answer: no buffers; the new payload and the question's traits come before it.
 */
export interface RunRequest
  extends Partial<Omit<AttributionQuestion, "text" | "text_pair">>,
    Partial<Omit<TranslationQuestion, "text" | "text_pair">> {
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

/**
 * How much the explained position attends to each position of the first side, in one head: the position whose
 * output was read, of one step where several are explained; the mean over all positions where the model pools.
 * In an encoder-decoder it is the cross attention. Answer: buffers[0] = float32 [position].
 */
export interface AttentionRowRequest {
  what: "attention_row";
  run: number;
  layer: number;
  head: number;
  /** The step, where several are explained. */
  step: number | null;
}

/**
 * How much every step of a TranslationWidget has to do with every token before it, and the alignment drawn from that.
 * By attention: the weights of a head, or their mean where layer or head is null. By a method: its scores. Answer:
 * buffers[0] = float32 [step, source position], buffers[1] = float32 [step, written position] (NaN where a step cannot
 * see), buffers[2] = int32 [pair, 2] (source word, target word; none in a decoder-only model), buffers[3] = float32 [1]
 * (the alignment error rate against the reference; NaN where there is none).
 */
export interface ScoresRequest {
  what: "scores";
  run: number;
  by: StepColour;
  rows: StepRows;
  align: AlignmentMethod;
}

export type Request =
  | HeadsRequest
  | PictureRequest
  | CellRequest
  | ThumbnailsRequest
  | RunRequest
  | CancelRequest
  | AttentionRowRequest
  | ScoresRequest
  | AnswerRequest
  | HintRequest;

/** JS to Python. A newer "run" makes an older one stale; others of one kind may be under way together. */
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

/** An attribution method, described: MethodCard in Python. */
export interface MethodMeta {
  name: string;
  label: string;
  reference: string;
  cost: string;
  /** Whether the scores add up to value minus baseline value by construction. */
  complete: boolean;
  /** Whether a score can speak against the target. */
  signed: boolean;
  /** Reads attention weights: to be labelled "attention, not attribution". */
  attention_based: boolean;
  /** The baselines that it can start from; empty where it has none. */
  baselines: string[];
  /** Why it cannot be used here (a library that is not installed), in words; null where it can. */
  unavailable: string | null;
}

/** One attribution of the text: a method's answer to the question. */
export interface AttributionRun {
  method: MethodMeta;
  /** What was explained, in words. */
  target: string;
  value_kind: string;
  /** One number, or one for each step. */
  value: number[];
  baseline_value: number[];
  /** value - baseline_value - all scores: what the scores do not account for. */
  residual: number[];
  /** What stands for "nothing there", in words. */
  baseline: string | null;
  notes: string[];
}

export interface AttributionCandidate {
  id: number;
  text: string;
  value: number;
  probability: number | null;
}

export interface AttributionMeta {
  run: number;
  model: string;
  live: boolean;
  inputs: AttentionMeta["inputs"];
  /** The texts that the model read: one, or two (source and target so far; both texts of a similarity). */
  sides: { label: string; tokens: string }[];
  /** Key into `tokens` of what was written or predicted at each step; null where there is one value. */
  steps: string | null;
  /** Whether this is one of several steps, chosen by the question's `at`: there is a way back to all of them. */
  within: boolean;
  /** Likeliest answers, likeliest first: for each step, or the only one. */
  candidates: AttributionCandidate[][];
  /** Id of the candidate that is explained, where there is one value; null where it is none of them. */
  explained: number | null;
  /** The first is `method`'s, the others those of `compare`, in that order. */
  runs: AttributionRun[];
  /** Every method there is. */
  methods: MethodMeta[];
  /** The values that can be explained for this model. */
  values: string[];
  /** Layers and heads whose attention can stand beside the scores; null where there is none. */
  attention: { layers: number[]; heads: number[] } | null;
  /** What was shown before this, to compare with; null at first. */
  previous: { text: string; text_pair: string; target: string; value: number[]; value_kind: string } | null;
}

/**
 * The payload of an AttributionWidget. Arrays: `scores/<run>/<side>`: float32 [position], or [step, position];
 * `previous/<side>`: the same of what was shown before (its tokens are `previous/<side>` too).
 */
export interface AttributionPayload {
  v: number;
  kind: "attribution";
  meta: AttributionMeta;
  tokens: Record<string, WireTokens>;
  arrays: Record<string, WireArray>;
}

/** A class or token by number or name; a pair for the difference of two; null: what the model answers. */
export type AttributionTarget = number | string | [number | string, number | string] | null;

/** The traits whose values are the question that the scores answer. */
export interface AttributionQuestion {
  text: string;
  text_pair: string;
  target: AttributionTarget;
  method: string;
  /** Other methods, shown beside it. */
  compare: string[];
  /** "logit", "log_prob" or "probability". */
  value: string;
  /** The baseline of the methods that have one; "" for each method's own. */
  baseline: string;
  /** Where several values could be explained, which (a step by its number); null: all, or the task's default. */
  at: number | string | null;
}

/** Half-open span of positions in one of the texts. */
export interface SideSelection {
  side: number;
  start: number;
  stop: number;
}

/** Traits of an AttributionWidget. Two-way unless a comment says otherwise. */
export interface AttributionTraits extends AttributionQuestion {
  /** Python to JS only, replaced whole. */
  payload: AttributionPayload;
  error: string;
  progress: Progress | null;
  /** The step whose scores lie over the text, where several are explained. */
  step: number;
  selection: SideSelection[];
  merge_words: boolean;
  hide_special: boolean;
  /** Show every score as a number. */
  show_scores: boolean;
  /** The head whose attention stands beside the scores; null: none. */
  attention_head: [number, number] | null;
  /** Large type, for a projector. Python to JS only. */
  presenter?: boolean;
  /** The controls that a person cannot use. Python to JS only. */
  locked?: string[];
  theme: "auto" | "light" | "dark";
  /** Widgets of one group share what is pointed at ("" is no group): see `xai.link`. */
  group: string;
}

/** What colours the tokens of a step: attention (null: the mean over heads, or over layers), or a method by name. */
export type StepColour =
  | { what: "attention"; layer: number | null; head: number | null }
  | { what: "method"; name: string };

/**
 * Which row of attention belongs to a token: the one from which it was written (its query is the token before it), or
 * the one in which the model read it again.
 */
export type StepRows = "writes" | "reads";

/** How an alignment is drawn from scores: see Alignment.from_matrix in Python. */
export type AlignmentMethod = "argmax" | "intersection" | "itermax";

export type BeamState = "chosen" | "kept" | "finished" | "dropped";

/** A node of the tree of a beam search. Its number is its place in the list; parents come before children. */
export interface WireBeam {
  parent: number | null;
  step: number;
  id: number;
  text: string;
  log_prob: number;
  /** Sum of log_prob from the first token: what beams are kept or dropped by. */
  score: number;
  /** What finished beams are compared by; null where it did not finish. */
  final: number | null;
  state: BeamState;
}

/** One token that was written. */
export interface WireStep {
  id: number;
  text: string;
  /** Null where it was not seen, and where the generation config rules the token out (it was forced all the same). */
  log_prob: number | null;
  raw_log_prob: number | null;
  /** Whether a person put it there. */
  forced: boolean;
  /** Likeliest first. `probability` is what it was chosen by, `raw_probability` what the model itself gave it. */
  candidates: { id: number; text: string; probability: number; raw_probability: number }[];
}

export interface TranslationMeta {
  run: number;
  model: string;
  live: boolean;
  inputs: AttentionMeta["inputs"];
  /** Without a source of its own the model is decoder-only: prompt and what it wrote are one text. */
  encoder: boolean;
  /** What the two lines are called, e.g. "Source" and "Translation". */
  labels: { source: string; target: string };
  /** Whether a person wrote the target: then the steps say what the model thinks of it. */
  given: boolean;
  /** False where the generation was stopped. */
  finished: boolean;
  steps: WireStep[];
  /** Sum of the steps' log_prob; null where one was not seen. */
  log_prob: number | null;
  /** The whole tree of the search; null without one. */
  beams: { width: number; nodes: WireBeam[] } | null;
  /** How the generation was asked for, in words, e.g. "4 beams, at most 40 new tokens". */
  options: string;
  notes: string[];
  kinds: KindMeta[];
  /** The query of step 0 in the kinds "cross" and "decoder" (or "self"); step n has the n-th after it. */
  first_row: number;
  /** What an alignment counts as words on each side, and the word of every position (null: none, e.g. special). */
  words: { source: string[]; target: string[]; source_of: (number | null)[]; target_of: (number | null)[] };
  /** Whether there is a reference alignment; its pairs, sure and possible. */
  reference: { pairs: [number, number][]; possible: [number, number][] } | null;
  /** Methods that have a score for every step. */
  methods: MethodMeta[];
  /** What the arrays `scores/*` were made with. */
  initial: { by: StepColour; rows: StepRows; align: AlignmentMethod };
}

/**
 * The payload of a TranslationWidget. Tokens: `source` (or the prompt), `target` (what was written), and those that
 * `meta.kinds` name: `decoder` (what the decoder reads: its start, and what was written without the end), or `text`
 * (prompt and what was written, as one). Arrays: `scores/source`, `scores/target`, `scores/links`, `scores/error_rate`, as a ScoresRequest
 * answers them for `meta.initial`.
 */
export interface TranslationPayload {
  v: number;
  kind: "translation";
  meta: TranslationMeta;
  tokens: Record<string, WireTokens>;
  arrays: Record<string, WireArray>;
}

/** The traits whose values are the question that a generation answers. */
export interface TranslationQuestion {
  /** The source, or the prompt. */
  text: string;
  /** A target that a person wrote; "" where the model writes. */
  text_pair: string;
  /** Tokens that the generation begins with: ids, or a token as a person typed it (a trait has ids only). */
  forced: (number | string)[];
  /** A beam that is looked at in place of the result; null: the result. */
  beam: number | null;
}

/** What a TranslationWidget shows, one under the other. */
export type TranslationPresentation = "text" | "alignment" | "steps" | "beams" | "maps";

/** Traits of a TranslationWidget. Two-way unless a comment says otherwise. */
export interface TranslationTraits extends TranslationQuestion {
  /** Python to JS only, replaced whole. */
  payload: TranslationPayload;
  error: string;
  progress: Progress | null;
  /** The step that is looked at. */
  step: number;
  /** What colours the tokens: one, or two side by side. */
  colours: StepColour[];
  rows: StepRows;
  align: AlignmentMethod;
  /** The layer and head of the maps (encoder, cross, decoder). */
  layer: number;
  head: number;
  /** Pinned tokens: side 0 is the source (or prompt), 1 what was written. */
  selection: SideSelection[];
  presentation: TranslationPresentation[];
  merge_words: boolean;
  hide_special: boolean;
  /** Large type, for a projector. Python to JS only. */
  presenter?: boolean;
  /** The controls that a person cannot use. Python to JS only. */
  locked?: string[];
  theme: "auto" | "light" | "dark";
  group: string;
}

/** Something that can be picked in a question. */
export interface WireChoice {
  label: string;
  special: boolean;
  /** What it has to do with the question ("looks"); "" for nothing. */
  note: string;
}

/** A question as it is asked; what is right is not in it. */
export interface QuestionMeta {
  /** What kind of question it is, e.g. "Predict first". */
  heading: string;
  question: string;
  /** What the student gives: a pick among `choices`, a number or a text to type, or what a widget shows. */
  ask: "choice" | "number" | "text" | "state";
  /** How many are to be picked. */
  pick: number;
  choices: WireChoice[];
  /** Which way the choices run. */
  direction: "ltr" | "rtl";
  /** How many hints there are. */
  hints: number;
  /** Whether something appears below once it is answered. */
  reveals: boolean;
}

export interface QuestionPayload {
  v: number;
  kind: "question";
  meta: QuestionMeta;
}

/** What is said to the last answer. */
export interface WireVerdict {
  /** Null for "not sure". */
  right: boolean | null;
  words: string;
  /** Whether what is right has been told: then no more answers are taken. */
  over: boolean;
  /** For each choice its number as it is shown, "" where it has none; empty while it is not over. */
  numbers: string[];
  /** The choices that are right; empty while it is not over. */
  best: number[];
}

/** Traits of a QuestionView. Python to JS only, but for `chosen`. */
export interface QuestionViewTraits {
  payload: QuestionPayload;
  /** What is picked, answered or not yet: numbers of choices. */
  chosen: number[];
  /** Answers so far, "not sure" left out. */
  attempts: number;
  /** The hints that were asked for. */
  hints: string[];
  verdict: WireVerdict | null;
  theme: "auto" | "light" | "dark";
  presenter: boolean;
}

/**
 * An answer to a question: numbers of choices, what was typed, `{}` for what the widget shows, or null for "not sure".
 * Answer: no buffers; the verdict comes before it.
 */
export interface AnswerRequest {
  what: "answer";
  given: number[] | string | Record<string, never> | null;
}

/** The next hint. Answer: no buffers; the hints come before it. */
export interface HintRequest {
  what: "hint";
}

/** Traits of PresetButtons. */
export interface PresetsTraits {
  payload: { v: number; kind: "presets"; meta: { names: string[] } };
  /** The preset that the widget shows, "" for none; two-way: choosing one applies it. */
  chosen: string;
  /** Python to JS only. */
  error: string;
  theme: "auto" | "light" | "dark";
  presenter: boolean;
}

/** What was answered to one question, as the file of answers holds it. */
export interface AnswerRecord {
  question: string;
  kind: "prediction" | "check";
  answer: string | null;
  /** Null for open and "not sure". */
  right: boolean | null;
  verdict: string | null;
  attempts: number;
  not_sure: boolean;
  hints: number;
  asked: string;
  answered: string | null;
  seconds: number | null;
  log: { answer: string; right: boolean | null; at: string }[];
}

/** The file of answers that a student hands in. */
export interface AnswersDocument {
  format: string;
  version: number;
  software: string;
  lesson: string;
  student: string;
  exported: string;
  answers: AnswerRecord[];
}

/** Traits of a Lesson. */
export interface LessonTraits {
  payload: { v: number; kind: "lesson"; meta: AnswersDocument };
  /** Two-way. */
  student: string;
  theme: "auto" | "light" | "dark";
  presenter: boolean;
}

/**
 * A picture of what the widget has on show, as a file. `theme`: as the page looks, where the widget's own is "auto".
 * Answer: buffers[0] = uint8, the bytes of the file; an error names the extra that makes that format, where it is missing.
 */
export interface PictureRequest {
  what: "picture";
  format: "svg" | "png" | "pdf";
  theme: "light" | "dark";
  /** As wide as a column of a paper (3.3 inches), or as a page of it (7 inches). */
  width: "column" | "page";
}
