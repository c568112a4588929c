import type { Part } from "../contract.js";
import { SIDES, type Side } from "./attention_data.js";

export type Counts = Readonly<Record<Side, number>>;

/** A span of the same length elsewhere, as far as the text reaches. */
export function moved([start, stop]: readonly [number, number], to: number, count: number): [number, number] {
  const length = stop - start;
  const from = Math.min(Math.max(0, Math.round(to)), Math.max(0, count - length));
  return [from, from + length];
}

/** The part that begins elsewhere. */
export function partFrom(part: Part, starts: Record<Side, number>, counts: Counts): Part {
  return {
    query: moved(part.query, starts.query, counts.query),
    key: moved(part.key, starts.key, counts.key),
  };
}

/** The part moved by so many of its own lengths. */
export function partBy(part: Part, lengths: Record<Side, number>, counts: Counts): Part {
  const start = (side: Side) => part[side][0] + lengths[side] * (part[side][1] - part[side][0]);
  return partFrom(part, { query: start("query"), key: start("key") }, counts);
}

/** The part with a span in its middle, on the sides that are named. */
export function partAround(
  part: Part,
  span: readonly [number, number],
  sides: readonly Side[],
  counts: Counts,
): Part {
  const start = (side: Side) =>
    sides.includes(side) ? (span[0] + span[1] - (part[side][1] - part[side][0])) / 2 : part[side][0];
  return partFrom(part, { query: start("query"), key: start("key") }, counts);
}

/** Whether a span of a side is within the part. */
export function holds(part: Part, side: Side, [start, stop]: readonly [number, number]): boolean {
  return start >= part[side][0] && stop <= part[side][1];
}

export function samePart(a: Part, b: Part): boolean {
  return SIDES.every((side) => a[side][0] === b[side][0] && a[side][1] === b[side][1]);
}
