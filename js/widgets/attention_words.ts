import type { AttentionKind, SegmentFilter } from "../contract.js";
import { segmentsOf } from "../core/axes.js";
import type { Segment } from "../views/controls/segmented.js";
import type { AttentionState } from "./attention_state.js";
import type { Thumbnails } from "./thumbnail_store.js";

export const KIND_CHOICES: Record<AttentionKind, Segment<AttentionKind>> = {
  self: { value: "self", label: "Self" },
  encoder: { value: "encoder", label: "Encoder", title: "The source looks at itself" },
  cross: { value: "cross", label: "Cross", title: "The target looks at the source" },
  decoder: { value: "decoder", label: "Decoder", title: "The target looks at itself" },
};

const TEXTS = ["first", "second"];

/** Which pairs of texts are shown, in words. */
export function segmentWords(filter: SegmentFilter): string {
  const [query, key] = segmentsOf(filter);
  if (query === null || key === null) return "Both texts look at both";
  return `Only what the ${TEXTS[query]} text sees of ${query === key ? "itself" : `the ${TEXTS[key]}`}`;
}

export const SEGMENT_CHOICES: Segment<SegmentFilter>[] = (["all", "AB", "BA", "AA", "BB"] as const).map(
  (filter) => ({
    value: filter,
    label: filter === "all" ? "All" : [...filter].join("→"),
    title: segmentWords(filter),
  }),
);

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

/** What thumbnails leave out, in words. */
export function roughWords({ exact, shape }: Thumbnails): string {
  const rough = shape[0] - exact;
  if (rough === 0) return "";
  return rough === shape[0]
    ? ", read from some of its rows so far"
    : `, in ${rough} layers from some of its rows so far`;
}
