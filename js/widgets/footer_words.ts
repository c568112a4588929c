import type { PreparedAttention } from "../core/prepare.js";
import { sentence } from "../core/words.js";
import type { AttentionState } from "./attention_state.js";
import { segmentWords } from "./attention_words.js";
import { headWords } from "./readout_words.js";

/**
 * What is drawn and what is not, one sentence each. Shares are of the weight of the queries on show; `leftOut` is
 * what the lines say of those that they do not draw.
 */
export function footerNotes(
  state: AttentionState,
  { data, hiddenShare, outsideShare }: PreparedAttention,
  leftOut: string,
): string[] {
  const notes: string[] = [];
  const heads = data.heads.map(({ head }) => head);
  if (state.presentation.includes("matrix") && heads.length > 1) {
    notes.push(`Matrix: ${headWords(heads, data.nHeads)}.`);
  }
  if (state.mergeWords) notes.push("Words: queries averaged, keys summed over sub-words.");
  if (state.part !== null) {
    notes.push(`Weight that these queries give to tokens outside of this part: ${percent(outsideShare)}.`);
  }
  if (hiddenShare > 0) notes.push(`Weight on hidden tokens: ${percent(hiddenShare)}.`);
  const lines = state.presentation.includes("lines");
  if (lines && leftOut !== "") notes.push(leftOut);
  else if (state.threshold > 0) notes.push(`Weights below ${state.threshold} are not drawn.`);
  if (state.segmentFilter !== "all") notes.push(`${segmentWords(state.segmentFilter)}.`);
  notes.push(sentence(state.meta.source));
  return notes.filter((note) => note !== "");
}

function percent(share: number): string {
  const hundredths = 100 * share;
  return hundredths < 1 ? "under 1%" : `${Math.round(hundredths)}%`;
}
