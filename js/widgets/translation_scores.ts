import type { StepColour, TranslationMeta, TranslationPayload, WireArray } from "../contract.js";
import { CodecError, decodeArray } from "../core/codec.js";
import { strongestScore } from "../core/scores.js";
import { type WordMatrix, wordMatrix } from "../core/word_matrix.js";
import type { TextPiece } from "../views/attribution_text.js";
import type { Scale } from "../views/scale.js";
import { type ShownSide, sideOf } from "./attribution_scores.js";
import { colourWords, methodOf } from "./translation_colour_words.js";
import type { TranslationState } from "./translation_state.js";

/** The two texts as they are shown: the source (or prompt) and what was written. */
export interface Sides {
  source: ShownSide;
  target: ShownSide;
  /** What was written, with what the model thinks of it where a person wrote it. */
  thought: TextPiece[];
}

/** An answer to a ScoresRequest. */
export interface StepScores {
  /** [step, source position] and [step, written position]. */
  source: Float32Array;
  target: Float32Array;
  /** Source word, target word. */
  links: [number, number][];
  /** Null where there is no reference. */
  errorRate: number | null;
}

/** A colour's scores on what is shown. */
export interface ShownScores {
  by: StepColour;
  /** What it is, in words. */
  title: string;
  scale: Scale;
  source: WordMatrix;
  target: WordMatrix;
  /** The strongest score of both sides. */
  most: number;
  links: [number, number][];
  errorRate: number | null;
}

export function sidesOf(state: TranslationState): Sides {
  const { payload, meta } = state;
  const source = sideOf(payload, "source", meta.labels.source, state);
  const target = sideOf(payload, "target", meta.labels.target, state);
  if (target.tokens.text.length !== meta.steps.length) {
    throw new CodecError(
      `The payload has ${meta.steps.length} steps, and ${target.tokens.text.length} tokens that were written.`,
    );
  }
  return { source, target, thought: meta.given ? thought(state, target) : target.pieces };
}

/** What the model thinks of every token of a target that a person wrote. */
function thought({ meta }: TranslationState, { plan, pieces }: ShownSide): TextPiece[] {
  return pieces.map((piece, row) => {
    const logProb = logProbOf(meta.steps, plan.axis.spans[row] ?? [0, 0]);
    const below = logProb === null ? null : { words: logProbNumber(logProb), share: Math.exp(logProb) };
    return { ...piece, below };
  });
}

/** The log-probability of the tokens of a span; null where one was not seen. */
export function logProbOf(
  steps: { log_prob: number | null }[],
  [start, stop]: readonly [number, number],
): number | null {
  return steps
    .slice(start, stop)
    .reduce<number | null>(
      (sum, { log_prob }) => (sum === null || log_prob === null ? null : sum + log_prob),
      0,
    );
}

/** A log-probability with the digits that it is read by. */
export function logProbNumber(logProb: number): string {
  return logProb === 0 ? "0" : `−${Math.abs(logProb).toFixed(2)}`;
}

const NAMES = ["source", "target", "links", "error_rate"] as const;

/** The scores that came with the payload. */
export function initialScores({ arrays }: TranslationPayload): WireArray[] {
  return NAMES.map((name) => {
    const array = arrays[`scores/${name}`];
    if (array === undefined)
      throw new CodecError(`The payload names scores that it does not hold: scores/${name}.`);
    return array;
  });
}

export function stepScores(arrays: WireArray[]): StepScores {
  const [source, target, links, rate] = arrays;
  if (source === undefined || target === undefined || links === undefined || rate === undefined) {
    throw new CodecError(`Scores are four arrays; ${arrays.length} came.`);
  }
  const pairs = decodeArray(links, "int32", "links");
  const errorRate = decodeArray(rate, "float32", "error rate")[0] ?? Number.NaN;
  return {
    source: decodeArray(source, "float32", "scores of the source"),
    target: decodeArray(target, "float32", "scores of the target"),
    links: Array.from({ length: pairs.length / 2 }, (_, i) => [pairs[2 * i] ?? 0, pairs[2 * i + 1] ?? 0]),
    errorRate: Number.isNaN(errorRate) ? null : errorRate,
  };
}

export function shownScores(
  by: StepColour,
  scores: StepScores,
  sides: Sides,
  meta: TranslationMeta,
): ShownScores {
  const steps = sides.target.plan;
  const source = wordMatrix(scores.source, steps, sides.source.plan);
  const target = wordMatrix(scores.target, steps, steps);
  const { links, errorRate } = scores;
  const most = strongestScore([...source.rows, ...target.rows]);
  const scale = by.what === "attention" ? "weight" : methodOf(by, meta)?.signed === false ? "size" : "signed";
  return { by, title: colourWords(by, meta), scale, source, target, most, links, errorRate };
}
