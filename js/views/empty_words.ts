import type { AttentionData } from "./attention_data.js";

/** Why there is nothing to see, or not all of it yet; "" when everything is there. */
export function emptyWords(data: AttentionData): string {
  if (data.queries.labels.length === 0 || data.keys.labels.length === 0) {
    return "No token is left to show: show special tokens, or choose other sentences.";
  }
  if (data.heads.length > 0 || data.pending.length > 0) return "";
  return "No head is on. Click a head to see what it attends to.";
}
