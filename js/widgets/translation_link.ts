import type { LinkedSpan } from "./hover_link.js";
import type { Span } from "./picks.js";
import type { Pointed } from "./translation_focus.js";
import { pointedBy } from "./translation_positions.js";
import { readingKind, type TranslationState } from "./translation_state.js";

/** What the texts are called by other widgets: "target" with what the decoder starts with, "text" with the prompt. */
function textsOf({ payload, meta }: TranslationState) {
  const queries = readingKind(meta)?.queries ?? "";
  const count = (tokens: string) => payload.tokens[tokens]?.text.length ?? 0;
  return {
    source: { tokens: "source", count: count("source") },
    written: { tokens: meta.encoder ? "target" : "text", count: count(queries) },
    queries,
  };
}

/** The tokens that are pointed at, for the other widgets of a group: of a pair, the one that was written. */
export function linkedSpan(state: TranslationState, pointed: Pointed | null): LinkedSpan | null {
  const { source, written } = textsOf(state);
  const of = (text: typeof source, [start, stop]: Span, by: number) => ({
    ...text,
    start: start + by,
    stop: stop + by,
  });
  const { encoder, first_row } = state.meta;
  if (pointed?.target != null) return of(written, pointed.target, first_row + 1);
  return pointed?.source == null ? null : of(encoder ? source : written, pointed.source, 0);
}

/** What another widget of the group points at. */
export function linkedPointed(state: TranslationState, span: LinkedSpan | null): Pointed | null {
  if (span === null) return null;
  const { source, written, queries } = textsOf(state);
  const same = (text: typeof source) => text.tokens === span.tokens && text.count === span.count;
  const at: Span = [span.start, span.stop];
  if (state.meta.encoder && same(source)) return { source: at, target: null };
  return same(written) ? pointedBy(state, { queries, keys: queries }, null, at) : null;
}
