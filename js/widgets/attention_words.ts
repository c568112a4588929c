import type { AttentionKind, SegmentFilter } from "../contract.js";
import type { Segment } from "../views/controls/segmented.js";
import type { AttentionState } from "./attention_state.js";

export const KIND_CHOICES: Record<AttentionKind, Segment<AttentionKind>> = {
  self: { value: "self", label: "Self" },
  encoder: { value: "encoder", label: "Encoder", title: "The source looks at itself" },
  cross: { value: "cross", label: "Cross", title: "The target looks at the source" },
  decoder: { value: "decoder", label: "Decoder", title: "The target looks at itself" },
};

export const SEGMENT_CHOICES: Segment<SegmentFilter>[] = [
  { value: "all", label: "All", title: "Both texts look at both" },
  { value: "AB", label: "A→B", title: "The first text looks at the second" },
  { value: "BA", label: "B→A", title: "The second text looks at the first" },
  { value: "AA", label: "A→A", title: "The first text looks at itself" },
  { value: "BB", label: "B→B", title: "The second text looks at itself" },
];

/** What is on show, in one line. */
export function aboutWords({ meta, kindMeta, payload }: AttentionState): string {
  const [queries, keys] = [kindMeta.queries, kindMeta.keys].map(
    (name) => payload.tokens[name]?.text.length ?? 0,
  );
  const tokens = kindMeta.queries === kindMeta.keys ? `${queries} tokens` : `${queries} × ${keys} tokens`;
  const heads = [...new Set(kindMeta.heads)].join("/");
  return [meta.model, `${kindMeta.layers.length} layers × ${heads} heads`, tokens]
    .filter(Boolean)
    .join(" · ");
}
