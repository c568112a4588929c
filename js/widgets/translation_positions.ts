import type { KindMeta } from "../contract.js";
import type { Span } from "./picks.js";
import type { Pointed } from "./translation_focus.js";
import type { TranslationState } from "./translation_state.js";

/*
 * Where a source position or a step stands among the queries and keys of a kind of attention. What is written stands
 * behind what the decoder starts with (`first_row` is its last position), or behind the prompt; a step's row is that of the
 * token before the one that it wrote, or its own where rows are those in which tokens are read.
 */

type Sides = Pick<KindMeta, "queries" | "keys">;

function shifted(span: Span | null, by: number): Span | null {
  return span === null ? null : [span[0] + by, span[1] + by];
}

function ofSource({ meta }: TranslationState, tokens: string): boolean {
  return meta.encoder && tokens === "source";
}

function queryShift({ meta, rows }: TranslationState): number {
  return meta.first_row + (rows === "reads" ? 1 : 0);
}

/** The queries that stand for what is pointed at. */
export function querySpan(state: TranslationState, { queries }: Sides, pointed: Pointed | null): Span | null {
  if (ofSource(state, queries)) return pointed?.source ?? null;
  return shifted(pointed?.target ?? null, queryShift(state));
}

/** The keys that stand for what is pointed at. Of a text that looks at itself the row says enough. */
export function keySpan(
  state: TranslationState,
  { queries, keys }: Sides,
  pointed: Pointed | null,
): Span | null {
  return state.meta.encoder && queries === keys ? null : (pointed?.source ?? null);
}

/** What the queries and keys of a map stand for. */
export function pointedBy(
  state: TranslationState,
  { queries, keys }: Sides,
  query: Span | null,
  key: Span | null,
): Pointed {
  const pointed: Pointed = { source: null, target: null };
  const put = (tokens: string, span: Span | null, shift: number) => {
    if (span === null) return;
    const step = shifted(span, -shift) as Span;
    if (ofSource(state, tokens)) pointed.source ??= span;
    else if (step[1] > 0) pointed.target ??= [Math.max(0, step[0]), step[1]];
    else if (!state.meta.encoder) pointed.source ??= span;
  };
  put(queries, query, queryShift(state));
  put(keys, key, state.meta.first_row + 1);
  return pointed;
}
