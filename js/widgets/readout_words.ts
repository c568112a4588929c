import { UNSEEN } from "../core/codec.js";
import { isolated } from "../core/words.js";
import type { AttentionAxis, AttentionData, Hover } from "../views/attention_data.js";
import type { ReadoutData } from "../views/controls/readout.js";

/** Heads are named up to this many; more are counted. */
const NAMED = 4;
/** How many of the strongest partners of a token are said. */
const PARTNERS = 3;

/** What a person can do where nothing but the grid is shown. */
export const GRID_HINT = "Point at a head to see it larger; click to look at its lines.";

/** What is known of a pair: the mean over the heads as drawn, or exactly. */
export interface PairValue {
  value: number;
  exact: boolean;
}

export function headWords(heads: number[], all: number): string {
  if (heads.length === 0) return "no head";
  if (heads.length === 1) return `head ${heads[0]}`;
  if (heads.length === all) return `mean of all ${all} heads`;
  if (heads.length > NAMED) return `mean of ${heads.length} heads`;
  return `mean of heads ${heads.join(", ")}`;
}

/** A weight in words: exact ones with four decimals, those from weight bytes with the two that they are good for. */
export function weightWords({ value, exact }: PairValue): string {
  if (value === UNSEEN) return "cannot see (masked)";
  if (Number.isNaN(value)) return "not a number";
  if (!exact) return `≈ ${value.toFixed(2)}`;
  return value !== 0 && value < 0.0001 ? value.toExponential(1) : value.toFixed(4);
}

/** Mean over the heads that are here; masked where every head is masked, not a number where any is. */
export function meanAt(data: AttentionData, query: number, key: number): number {
  const at = query * data.keys.labels.length + key;
  let sum = 0;
  let count = 0;
  for (const { values } of data.heads) {
    const value = values[at] as number;
    if (value === UNSEEN) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? UNSEEN : sum / count;
}

/** The strongest partners of a row, or of a column, first. */
export function strongest(
  data: AttentionData,
  hover: Hover,
  count: number,
): { index: number; value: number }[] {
  const { query, key } = hover;
  const length = query === null ? data.queries.labels.length : data.keys.labels.length;
  const partners = Array.from({ length }, (_, index) => ({
    index,
    value: query === null ? meanAt(data, index, key as number) : meanAt(data, query, index),
  }));
  return partners
    .filter(({ value }) => value >= 0)
    .sort((a, b) => b.value - a.value)
    .slice(0, count);
}

export function readoutWords(data: AttentionData, hover: Hover | null, exact: number | null): ReadoutData {
  const hint = data.heads.length > 0 ? "Point at a token to read its weights; click to pin it." : "";
  if (hover === null || data.heads.length === 0) return { subject: "", value: "", where: "", hint };
  const where = `layer ${data.layer}, ${headWords(
    data.heads.map(({ head }) => head),
    data.nHeads,
  )}`;
  const { query, key } = hover;
  if (query !== null && key !== null) {
    const subject = `${labelAt(data.queries, query)} → ${labelAt(data.keys, key)}`;
    const drawn = meanAt(data, query, key);
    const pair =
      exact === null || drawn === UNSEEN ? { value: drawn, exact: false } : { value: exact, exact: true };
    return { subject, value: weightWords(pair), where, hint };
  }
  const [own, others] = query !== null ? [data.queries, data.keys] : [data.keys, data.queries];
  const subject = `${labelAt(own, (query ?? key) as number)} ${query !== null ? "looks at" : "is looked at by"}`;
  const value = strongest(data, hover, PARTNERS)
    .map((partner) => `${labelAt(others, partner.index)} ${partner.value.toFixed(2)}`)
    .join(", ");
  return { subject, value: value === "" ? "nothing" : value, where, hint };
}

function labelAt({ labels }: AttentionAxis, index: number): string {
  return isolated(labels[index] ?? "");
}
