import type { AttributionPayload, WireTokens } from "../contract.js";
import { type AxisChoices, type AxisPlan, planAxis } from "../core/axes.js";
import { CodecError, decodeArray } from "../core/codec.js";
import { type RowScores, strongestScore, sumRows } from "../core/scores.js";
import type { TextPiece } from "../views/attribution_text.js";

/** One text after the choices of what to show, without its scores. */
export interface ShownSide {
  label: string;
  /** Key into the payload's tokens. */
  key: string;
  tokens: WireTokens;
  plan: AxisPlan;
  pieces: TextPiece[];
}

/** A method's scores as rows of each side. */
export interface ShownRun {
  sides: RowScores[];
  /** The strongest score of all steps and sides: what has the full colour. */
  most: number;
}

/** What is on show, made from the payload: texts, and each method's scores on them. */
export interface Prepared {
  sides: ShownSide[];
  runs: ShownRun[];
}

export function sideOf(
  payload: Pick<AttributionPayload, "tokens">,
  key: string,
  label: string,
  choices: AxisChoices,
): ShownSide {
  const tokens = payload.tokens[key];
  if (tokens === undefined) throw new CodecError(`The payload names tokens that it does not hold: ${key}.`);
  const plan = planAxis(tokens, choices, null);
  return { label, key, tokens, plan, pieces: piecesOf(tokens, plan) };
}

export function runOf(arrays: AttributionPayload["arrays"], prefix: string, sides: ShownSide[]): ShownRun {
  const shown = sides.map(({ plan }, side) => {
    const name = `${prefix}/${side}`;
    const array = arrays[name];
    if (array === undefined) throw new CodecError(`The payload names scores that it does not hold: ${name}.`);
    const nSteps = array.shape.length > 1 ? (array.shape[0] ?? 0) : 1;
    return sumRows(decodeArray(array, "float32", name), nSteps, plan);
  });
  return { sides: shown, most: strongestScore(shown.flatMap(({ steps }) => steps)) };
}

export function piecesOf(tokens: WireTokens, { axis }: AxisPlan): TextPiece[] {
  return axis.labels.map((label, row) => {
    const [start, stop] = axis.spans[row] as [number, number];
    const text = tokens.text.slice(start, stop).join("");
    return {
      label,
      spaced: /^\s/u.test(text),
      breaks: label.endsWith("↵"),
      special: axis.special[row] ?? false,
    };
  });
}
