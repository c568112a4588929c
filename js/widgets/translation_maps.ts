import type { AttentionKind, HeadsRequest, KindMeta, WireArray } from "../contract.js";
import type { AttentionAxis } from "../core/attention_data.js";
import { planAxis } from "../core/axes.js";
import { cellsOf } from "../core/cells.js";
import { CodecError, decodeArray } from "../core/codec.js";
import { nearest } from "../core/numbers.js";
import { prepareHead } from "../core/prepare.js";
import { errorWords, isolated } from "../core/words.js";
import type { Hover } from "../views/attention_data.js";
import { colourLegend } from "../views/colour_legend.js";
import { h, setText } from "../views/controls/dom.js";
import { layerStepper } from "../views/controls/layer_stepper.js";
import { type HeatMapData, type HeatMapOptions, heatMap } from "../views/heat_map.js";
import { readInk } from "../views/ink.js";
import type { View } from "../views/view.js";
import { type Answer, Answers } from "./answers.js";
import { weightWords } from "./readout_words.js";
import { remembered } from "./remembered.js";
import { rowAt, rowOf } from "./translation_focus.js";
import { keySpan, pointedBy, querySpan } from "./translation_positions.js";
import type { Part, TranslationScene } from "./translation_scene.js";
import type { TranslationState } from "./translation_state.js";

/** What a map is called, and its rows and columns. */
const NAMES: Record<AttentionKind, [title: string, queries: string, keys: string]> = {
  encoder: ["Encoder: the source looks at itself", "Source", "Source"],
  cross: ["Cross: what is written looks at the source", "Target", "Source"],
  decoder: ["Decoder: what is written looks at itself", "Target", "Target"],
  self: ["Every token looks at itself and those before it", "Query", "Key"],
};

interface Shown extends HeatMapData {
  values: Float32Array;
}

/** One head of one kind of attention as a heat map, the row of the step outlined. */
function mapOf(kind: AttentionKind) {
  const [label, queryName, keyName] = NAMES[kind];
  const words = h("p.xai-map-words");
  const place = h("div");
  const element = h("div", {}, h("h3.xai-heading", {}, label), place, words);
  const shownOnce = remembered<Shown | string>();
  const pinnedOnce = remembered<HeatMapOptions["pinned"]>();
  let map: View<HeatMapData, HeatMapOptions> | null = null;
  /** What is pointed at in this map itself: a pair, of which one token may be told nowhere else. */
  let own: Hover | null = null;

  return {
    element,
    update(scene: TranslationScene, meta: KindMeta, { value, failed }: Answer<Uint8Array>): void {
      const { state, pointed, dark, gestures, point } = scene;
      setText(words, failed || "\u00a0");
      if (value === null) return;
      const { payload, mergeWords, hideSpecial } = state;
      const shown = shownOnce([value, payload, mergeWords, hideSpecial], () => {
        own = null;
        return mapData(state, meta, value);
      });
      if (typeof shown === "string") {
        setText(words, shown);
        return;
      }
      const [queries, keys] = [shown.queries.spans, shown.keys.spans];
      const step = { source: null, target: [state.step, state.step + 1] as const };
      const row = rowOf(queries, querySpan(state, meta, step));
      const hover = own ?? {
        query: rowAt(rowOf(queries, querySpan(state, meta, pointed))),
        key: rowAt(rowOf(keys, keySpan(state, meta, pointed))),
      };
      setText(words, pairWords(shown, hover) || "\u00a0");
      const told = ({ query, key }: Hover) =>
        pointedBy(state, meta, queries[query ?? -1] ?? null, keys[key ?? -1] ?? null);
      const options: HeatMapOptions = {
        dark,
        pinned: pinnedOnce([row], () => (row < 0 ? [] : [{ side: "query", start: row, stop: row + 1 }])),
        hover,
        onHover: (next) => {
          own = next;
          point(next && told(next));
        },
        onPin: ({ side, start }) => {
          const picked = told(side === "query" ? { query: start, key: null } : { query: null, key: start });
          if (picked.target !== null) gestures.set("step", picked.target[1] - 1);
          else if (picked.source !== null) gestures.pick(0, picked.source);
        },
      };
      if (map === null) {
        const names = { queries: queryName, keys: keyName };
        map = heatMap(shown, options, { label, names, ink: readInk, onInk: () => {} });
        place.append(map.element);
      } else map.update(shown, options);
    },
    destroy() {
      map?.destroy();
      element.remove();
    },
  };
}

/** The weights of a head as rows and columns; why they cannot be read, in words. */
function mapData(state: TranslationState, meta: KindMeta, bytes: Uint8Array): Shown | string {
  try {
    const plan = (name: string) => {
      const tokens = state.payload.tokens[name];
      if (tokens !== undefined) return planAxis(tokens, state, null);
      throw new CodecError(`The payload names tokens that it does not hold: ${name}.`);
    };
    const [queries, keys] = [plan(meta.queries), plan(meta.keys)];
    const { values } = prepareHead(bytes, queries, keys);
    const cells = cellsOf(values, keys.axis.labels.length, 0);
    return { queries: queries.axis, keys: keys.axis, cells, values };
  } catch (error) {
    return errorWords(error);
  }
}

function pairWords({ queries, keys, values }: Shown, { query, key }: Hover): string {
  if (query === null || key === null) return "";
  const value = values[query * keys.labels.length + key] ?? Number.NaN;
  const name = (axis: AttentionAxis, row: number) => isolated(axis.labels[row] ?? "");
  return `${name(queries, query)} → ${name(keys, key)}: ${weightWords({ value, exact: false })}`;
}

/** Encoder, cross and decoder attention of one layer and head, side by side; of a decoder-only model its one map. */
export function translationMaps(
  fetch: (request: HeadsRequest) => Promise<WireArray>,
  onChange: () => void,
): Part & { forgive(): void } {
  const layers = layerStepper();
  const heads = layerStepper("Head");
  const maps = h("div.xai-maps");
  const legend = colourLegend();
  const about = h("span.xai-label");
  const element = h(
    "div",
    {},
    h("div.xai-tools", {}, layers.element, heads.element, about),
    maps,
    legend.element,
  );
  const answers = new Answers(
    async (request: HeadsRequest) => decodeArray(await fetch(request), "uint8", "heads"),
    onChange,
  );
  const all = new Map<AttentionKind, ReturnType<typeof mapOf>>();

  function shownMap(kind: AttentionKind): ReturnType<typeof mapOf> {
    const map = all.get(kind) ?? mapOf(kind);
    if (!all.has(kind)) maps.append(map.element);
    all.set(kind, map);
    return map;
  }

  return {
    element,
    update(scene) {
      const { state, gestures, legend: legendOf } = scene;
      const { kinds, run } = state.meta;
      const numbers = [...new Set(kinds.flatMap((kind) => kind.layers))].sort((a, b) => a - b);
      const layer = nearest(numbers, state.layer);
      const count = Math.max(0, ...kinds.flatMap((kind) => kind.heads));
      const head = Math.min(state.head, count - 1);
      layers.update({ layers: numbers, layer }, { onLayer: (next) => gestures.set("layer", next) });
      heads.update(
        { layers: [...Array(count).keys()], layer: head },
        { onLayer: (next) => gestures.set("head", next) },
      );
      for (const meta of kinds) {
        // Stacks of different depth: the nearest layer, and its last head where it has not as many.
        const own = nearest(meta.layers, layer);
        const chosen = Math.min(head, (meta.heads[meta.layers.indexOf(own)] ?? 1) - 1);
        const request: HeadsRequest = { what: "heads", run, kind: meta.kind, layer: own, heads: [chosen] };
        shownMap(meta.kind).update(scene, meta, answers.want(request));
      }
      const step = state.meta.steps[state.step];
      const verb = state.rows === "writes" ? "wrote" : "reads";
      const row = `The outlined row ${verb} “${isolated(step?.text.trim() ?? "")}”, step ${state.step + 1}.`;
      setText(about, step === undefined ? "" : row);
      const title = `Weight: layer ${layer}, head ${head}`;
      const weights = legendOf({ title, scale: "weight", most: 1 });
      legend.update({ ...weights, unseen: kinds.some(({ masked }) => masked) }, null);
    },
    forgive: () => answers.forgive(),
    destroy() {
      for (const map of all.values()) map.destroy();
    },
  };
}
