import type { Selection, SideSelection } from "../contract.js";
import { meanRow } from "../core/word_matrix.js";
import { isPicked, overlaps, type Span } from "./picks.js";
import type { ShownScores, Sides } from "./translation_scores.js";
import type { TranslationState } from "./translation_state.js";

/** What is pointed at: positions of the source (or prompt), and steps; both where it is a pair. */
export interface Pointed {
  source: Span | null;
  target: Span | null;
}

/** The rows whose scores colour the texts. */
export interface Looked {
  /** Rows of the target say what they were made from; rows of the source, what was made from them. */
  side: "source" | "target";
  rows: number[];
}

export const SIDES = ["source", "target"] as const;

/** The row that stands for a token of the span; -1 where none is shown. */
export function rowOf(spans: Span[], span: Span | null): number {
  return span === null ? -1 : spans.findIndex((row) => overlaps(row, span));
}

/** A row as those that may be none of them are given. */
export function rowAt(row: number): number | null {
  return row < 0 ? null : row;
}

/** Pinned tokens as rows (of what was written) and columns (of what was read) of a map. */
export function pinsOf(selection: SideSelection[], rows: Span[], columns: Span[]): Selection[] {
  const of = (side: Selection["side"], number: number, spans: Span[]): Selection[] =>
    spans.flatMap((span, row) =>
      isPicked(selection, number, span) ? [{ side, start: row, stop: row + 1 }] : [],
    );
  return [...of("query", 1, rows), ...of("key", 0, columns)];
}

/** What is pointed at, else what was pinned last with all of its side, else the step that is looked at. */
export function lookedAt(state: TranslationState, sides: Sides, pointed: Pointed | null): Looked {
  if (pointed !== null) {
    const side = pointed.target !== null ? "target" : "source";
    return { side, rows: [rowOf(sides[side].plan.axis.spans, pointed[side])].filter((row) => row >= 0) };
  }
  const last = state.selection.at(-1);
  const side = last === undefined ? "target" : (SIDES[last.side] ?? "target");
  const picks = last === undefined ? [{ side: 1, start: state.step, stop: state.step + 1 }] : state.selection;
  const { spans } = sides[side].plan.axis;
  const number = SIDES.indexOf(side);
  return { side, rows: spans.flatMap((span, row) => (isPicked(picks, number, span) ? [row] : [])) };
}

/** A score for every row of both texts; NaN where none can be seen, null where the text has none at all. */
export type SideScores = Record<(typeof SIDES)[number], Float32Array | null>;

export function scoresOf({ side, rows }: Looked, scores: ShownScores): SideScores {
  if (rows.length === 0) return { source: null, target: null };
  if (side === "target") {
    const of = (matrix: Float32Array[]) =>
      meanRow(
        rows.map((row) => matrix[row] ?? new Float32Array()),
        matrix[0]?.length ?? 0,
      );
    return { source: of(scores.source.rows), target: of(scores.target.rows) };
  }
  // What a source token means to a step: of several, what they mean together.
  const used = scores.source.rows.map((step) => rows.reduce((sum, row) => sum + (step[row] ?? 0), 0));
  return { source: null, target: Float32Array.from(used) };
}
