import type { SegmentFilter, WireTokens } from "../contract.js";
import type { AttentionAxis } from "./attention_data.js";

export interface AxisChoices {
  mergeWords: boolean;
  hideSpecial: boolean;
}

/** An axis with the way from token positions to its rows. */
export interface AxisPlan {
  axis: AttentionAxis;
  /** The first position that the axis is about. */
  start: number;
  /** Row of each token position from there on; -1 where it is not shown. */
  rowOf: Int32Array;
  /** Whether every token is a row of its own. */
  identity: boolean;
}

/** The segments of queries and keys that a filter lets through; null: all of them. */
export function segmentsOf(filter: SegmentFilter): [query: number | null, key: number | null] {
  const segment = (letter: string | undefined) => (filter === "all" ? null : letter === "A" ? 0 : 1);
  return [segment(filter[0]), segment(filter[1])];
}

/** A label that can be seen: white space and empty text get a sign of their own. */
export function labelOf(text: string): string {
  const trimmed = text.trim();
  if (trimmed !== "") return trimmed.replaceAll("\n", "↵").replaceAll("\t", "⇥");
  if (text === "") return "∅";
  return text.replaceAll("\r\n", "↵").replaceAll("\n", "↵").replaceAll("\t", "⇥").replace(/\s/gu, "␣");
}

/** The axis of all tokens, or of a part of them. */
export function planAxis(
  tokens: WireTokens,
  choices: AxisChoices,
  segment: number | null,
  [first, end]: readonly [number, number] = [0, tokens.text.length],
): AxisPlan {
  const axis: AttentionAxis = {
    labels: [],
    spans: [],
    special: [],
    segments: [],
    direction: tokens.direction,
  };
  const count = end - first;
  const rowOf = new Int32Array(count).fill(-1);
  for (let start = first; start < end; ) {
    const stop = choices.mergeWords ? Math.min(end, endOfWord(tokens, start)) : start + 1;
    const special = tokens.special[start] ?? false;
    const ownSegment = tokens.segments[start] ?? null;
    if (!(choices.hideSpecial && special) && (segment === null || ownSegment === segment)) {
      rowOf.fill(axis.labels.length, start - first, stop - first);
      axis.labels.push(labelOf(tokens.text.slice(start, stop).join("")));
      axis.spans.push([start, stop]);
      axis.special.push(special);
      axis.segments.push(ownSegment);
    }
    start = stop;
  }
  return { axis, start: first, rowOf, identity: axis.labels.length === count };
}

/** Where the word that starts here ends; a token without a word stands alone. */
function endOfWord(tokens: WireTokens, start: number): number {
  const word = tokens.words[start] ?? null;
  const segment = tokens.segments[start];
  let stop = start + 1;
  if (word === null || tokens.special[start]) return stop;
  // Words are counted anew in each text of a pair: the same index in another segment is another word.
  while (stop < tokens.text.length && tokens.words[stop] === word && tokens.segments[stop] === segment)
    stop++;
  return stop;
}
