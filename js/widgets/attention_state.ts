import type {
  AttentionKind,
  AttentionMeta,
  AttentionPayload,
  AttentionTraits,
  KindMeta,
  Part,
  Presentation,
  SegmentFilter,
  Selection,
} from "../contract.js";
import type { Side } from "../core/attention_data.js";
import { nearest } from "../core/numbers.js";
import { moved } from "../core/part.js";
import type { WidgetModel } from "./lifecycle.js";
import { type Refusal, refusalOf } from "./refusal.js";

/** What is to be shown, read from the traits and held to what the map has. */
export interface AttentionState {
  payload: AttentionPayload;
  meta: AttentionMeta;
  kindMeta: KindMeta;
  kind: AttentionKind;
  /** The layer's own number. */
  layer: number;
  nHeads: number;
  heads: number[];
  /** The part of a long text that is on show; null: all of it. */
  part: Part | null;
  selection: Selection[];
  presentation: Presentation[];
  hideSpecial: boolean;
  mergeWords: boolean;
  threshold: number;
  segmentFilter: SegmentFilter;
}

export const SHOWN_TRAITS = [
  "payload",
  "kind",
  "layer",
  "heads",
  "part",
  "selection",
  "presentation",
  "hide_special",
  "merge_words",
  "threshold",
  "segment_filter",
] as const satisfies readonly (keyof AttentionTraits)[];

/**
 * The traits may name what the map does not have, for the moment between two of them that belong together: the nearest
 * thing is shown, and nothing is written back. With `saved`, the heads are those that came with the payload, whichever
 * the traits name: without a kernel there are no others.
 */
export function readState(model: WidgetModel<AttentionTraits>, saved = false): AttentionState | Refusal {
  const payload = model.get("payload");
  const refused = refusalOf(payload);
  if (refused !== null) return refused;
  const { meta } = payload;
  const named = saved
    ? meta.initial
    : {
        kind: model.get("kind"),
        layer: model.get("layer"),
        heads: model.get("heads"),
        part: model.get("part"),
      };
  const kindMeta = meta.kinds.find((other) => other.kind === named.kind) ?? meta.kinds[0];
  if (kindMeta === undefined || kindMeta.layers.length === 0) {
    return { refusal: "This map holds no layer with attention." };
  }
  const layer = nearestLayer(kindMeta, named.layer);
  const nHeads = headsOf(kindMeta, layer);
  return {
    payload,
    meta,
    kindMeta,
    kind: kindMeta.kind,
    layer,
    nHeads,
    heads: [...new Set(named.heads)].filter((head) => head >= 0 && head < nHeads).sort((a, b) => a - b),
    part: partOf(payload, kindMeta, named.part),
    selection: model.get("selection") ?? [],
    presentation: model.get("presentation"),
    hideSpecial: model.get("hide_special"),
    mergeWords: model.get("merge_words"),
    threshold: model.get("threshold"),
    segmentFilter: hasPair(payload, kindMeta) ? model.get("segment_filter") : "all",
  };
}

/** The part that is named, moved to where the texts reach; their beginning where none is named and not all travels. */
function partOf(payload: AttentionPayload, kindMeta: KindMeta, named: Part | null): Part | null {
  const { longest, initial } = payload.meta;
  const counts = countsOf(payload, kindMeta);
  if (named === null && Math.max(counts.query, counts.key) <= longest) return null;
  const part = named ?? initial.part ?? { query: [0, longest], key: [0, longest] };
  return { query: within(part.query, counts.query, longest), key: within(part.key, counts.key, longest) };
}

/** How many positions each side has. */
export function countsOf(payload: AttentionPayload, kindMeta: KindMeta): Record<Side, number> {
  const count = (name: string) => payload.tokens[name]?.text.length ?? 0;
  return { query: count(kindMeta.queries), key: count(kindMeta.keys) };
}

function within([start, stop]: [number, number], count: number, longest: number): [number, number] {
  const length = Math.max(1, Math.min(stop - start, count, longest));
  return moved([start, start + length], start, count);
}

export function nearestLayer(kindMeta: KindMeta, layer: number): number {
  return nearest(kindMeta.layers, layer);
}

export function headsOf(kindMeta: KindMeta, layer: number): number {
  return kindMeta.heads[kindMeta.layers.indexOf(layer)] ?? 0;
}

/** Whether both texts of a sentence pair are on the same axis, so that pairs can be told apart. */
export function hasPair(payload: AttentionPayload, kindMeta: KindMeta): boolean {
  const both = (name: string) => {
    const segments = payload.tokens[name]?.segments ?? [];
    return segments.includes(0) && segments.includes(1);
  };
  return both(kindMeta.queries) && both(kindMeta.keys);
}
