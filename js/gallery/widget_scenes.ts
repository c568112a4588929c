import type { AttentionKind, AttentionTraits, KindMeta, WireTokens } from "../contract.js";
import { WEIGHT_LEVELS, WEIGHT_NAN, WEIGHT_UNSEEN, WIRE_VERSION } from "../contract.js";

/** A made-up map: weights follow from layer, head and positions, so that every answer agrees with every other. */
export interface Scene {
  traits: AttentionTraits;
  weight(kind: AttentionKind, layer: number, head: number, query: number, key: number): number;
}

interface Stack {
  kind: AttentionKind;
  queries: string;
  keys: string;
  masked?: boolean;
}

interface Plan {
  model: string;
  tokens: Record<string, WireTokens>;
  stacks: Stack[];
  layers: number[];
  heads: number;
  inputs: AttentionTraits["payload"]["meta"]["inputs"];
  text: string;
  text_pair?: string;
  /** The most positions of a side that travel at once. */
  longest?: number;
  changes?: Partial<AttentionTraits>;
}

const UNSEEN = -1;

/** "_" starts a special token, "+" goes on with the word before it, "|" starts the second text. */
export function tokens(written: string, direction: "ltr" | "rtl" = "ltr"): WireTokens {
  const made: WireTokens = {
    text: [],
    ids: [],
    pieces: [],
    offsets: [],
    words: [],
    special: [],
    segments: [],
    direction,
  };
  let [segment, word] = [0, -1];
  for (const part of written.split(" ")) {
    if (part === "|") {
      segment = 1;
      continue;
    }
    const special = part.startsWith("_");
    const goesOn = part.startsWith("+");
    if (!special && !goesOn) word += 1;
    made.text.push(special || goesOn ? part.slice(1) : ` ${part}`);
    made.ids.push(made.ids.length + 100);
    made.pieces.push(part);
    made.offsets.push(null);
    made.words.push(special ? null : word);
    made.special.push(special);
    made.segments.push(special ? null : segment);
  }
  return made;
}

/** A number in [0, 1) that is always the same for the same four. */
function noise(a: number, b: number, c: number, d: number): number {
  const x = Math.sin(a * 12.9898 + b * 78.233 + c * 37.719 + d * 4.581) * 43758.5453;
  return x - Math.floor(x);
}

/** Heads of the kinds that transformers have: look back, look on, look at the first, look at one word, look around. */
function score(layer: number, head: number, query: number, key: number): number {
  const own = noise(layer, head, 1, key) * 3 + noise(layer, head, query, key);
  const shape = (head + layer) % 5;
  if (shape === 0) return own + (key === query - 1 ? 5 : 0);
  if (shape === 1) return own + (key === query + 1 ? 4 : 0);
  if (shape === 2) return own + (key === 0 ? 5 : 0);
  if (shape === 3) return own + (key === query ? 3.5 : 0);
  return own * 1.4;
}

export function byteOf(weight: number): number {
  if (weight === UNSEEN) return WEIGHT_UNSEEN;
  return Number.isNaN(weight) ? WEIGHT_NAN : Math.round(WEIGHT_LEVELS * Math.sqrt(weight));
}

function scene(plan: Plan): Scene {
  const kinds: KindMeta[] = plan.stacks.map(({ kind, queries, keys, masked = false }) => ({
    kind,
    layers: plan.layers,
    heads: plan.layers.map(() => plan.heads),
    queries,
    keys,
    masked,
  }));
  const sizeOf = (name: string) => plan.tokens[name]?.text.length ?? 0;
  const sums = new Map<string, number>();

  function weight(kind: AttentionKind, layer: number, head: number, query: number, key: number): number {
    const meta = kinds.find((other) => other.kind === kind) as KindMeta;
    if (meta.masked && key > query) return UNSEEN;
    const length = meta.masked ? query + 1 : sizeOf(meta.keys);
    const name = `${kind}/${layer}/${head}/${query}`;
    let sum = sums.get(name);
    if (sum === undefined) {
      sum = 0;
      for (let other = 0; other < length; other++) sum += Math.exp(score(layer, head, query, other));
      sums.set(name, sum);
    }
    return Math.exp(score(layer, head, query, key)) / sum;
  }

  const initial = { kind: plan.stacks[0]?.kind ?? "self", layer: plan.layers[0] ?? 0, heads: [0, 3] };
  const arrays: AttentionTraits["payload"]["arrays"] = {};
  for (const meta of kinds) {
    const [nQueries, nKeys] = [sizeOf(meta.queries), sizeOf(meta.keys)];
    const [rows, columns] = [Math.min(24, nQueries), Math.min(24, nKeys)];
    const shape = [plan.layers.length, plan.heads, rows, columns];
    const data = new Uint8Array(shape.reduce((product, size) => product * size, 1));
    let at = 0;
    for (const layer of plan.layers)
      for (let head = 0; head < plan.heads; head++)
        for (let row = 0; row < rows; row++)
          for (let column = 0; column < columns; column++)
            data[at++] = byteOf(
              weight(
                meta.kind,
                layer,
                head,
                Math.floor((row * nQueries) / rows),
                Math.floor((column * nKeys) / columns),
              ),
            );
    arrays[`thumbnails/${meta.kind}`] = { dtype: "uint8", shape, data };
  }
  const traits: AttentionTraits = {
    payload: {
      v: WIRE_VERSION,
      kind: "attention",
      meta: {
        run: 1,
        model: plan.model,
        source: "exact weights from query and key of each layer, computed when they are asked for",
        kinds,
        initial: { ...initial, heads: [], part: null },
        longest: plan.longest ?? 512,
        thumbnail: "each cell is the largest weight of its block",
        thumbnails: Object.fromEntries(kinds.map(({ kind, layers }) => [kind, { layers, exact: true }])),
        live: plan.inputs.length > 0,
        inputs: plan.inputs,
      },
      tokens: plan.tokens,
      arrays,
    },
    error: "",
    progress: null,
    text: plan.text,
    text_pair: plan.text_pair ?? "",
    kind: initial.kind,
    layer: initial.layer,
    heads: initial.heads,
    part: null,
    selection: [],
    presentation: ["lines", "matrix", "grid"],
    hide_special: false,
    merge_words: false,
    threshold: 0,
    segment_filter: "all",
    theme: "auto",
    group: "",
    ...plan.changes,
  };
  return { traits, weight };
}

const ONE = [{ name: "text" as const, label: "Text", optional: false }];
const PAIR = [
  { name: "text" as const, label: "First text", optional: false },
  { name: "text_pair" as const, label: "Second text", optional: true },
];
const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const story = Array(30).fill("the keeper climbed the stairs and lit the lamp").join(" ");
const sentiment = "_[CLS] the film was not good , but the act +ing made me forget the plot . _[SEP]";

export const SCENES: Record<string, () => Scene> = {
  sentiment: () =>
    scene({
      model: "sentiment (demo, BERT)",
      tokens: { text: tokens(sentiment) },
      stacks: [{ kind: "self", queries: "text", keys: "text" }],
      layers: range(4),
      heads: 4,
      inputs: ONE,
      text: "the film was not good, but the acting made me forget the plot.",
    }),
  pair: () =>
    scene({
      model: "sentence-pair BERT",
      tokens: { text: tokens("_[CLS] the cat sat on the mat _[SEP] | a dog lay on the rug _[SEP]") },
      stacks: [{ kind: "self", queries: "text", keys: "text" }],
      layers: range(12),
      heads: 12,
      inputs: PAIR,
      text: "the cat sat on the mat",
      text_pair: "a dog lay on the rug",
      changes: { heads: range(12) },
    }),
  translation: () =>
    scene({
      model: "translation (demo, Marian)",
      tokens: {
        source: tokens("the small black cat does not see the red house . _</s>"),
        target: tokens("_<pad> le petit chat noir ne voit pas la maison rouge . _</s>"),
      },
      stacks: [
        { kind: "encoder", queries: "source", keys: "source" },
        { kind: "cross", queries: "target", keys: "source" },
        { kind: "decoder", queries: "target", keys: "target", masked: true },
      ],
      layers: range(3),
      heads: 8,
      inputs: [
        { name: "text", label: "Source", optional: false },
        { name: "text_pair", label: "Target", optional: true },
      ],
      text: "the small black cat does not see the red house.",
      text_pair: "le petit chat noir ne voit pas la maison rouge.",
      changes: { kind: "cross" },
    }),
  decoder: () =>
    scene({
      model: "language-model (demo, GPT-2)",
      tokens: { text: tokens("red blue green red blue green red blue green the dogs near the tree bark") },
      stacks: [{ kind: "self", queries: "text", keys: "text", masked: true }],
      layers: [0, 2, 4, 6],
      heads: 8,
      inputs: ONE,
      text: "red blue green red blue green red blue green the dogs near the tree bark",
    }),
  many: () =>
    scene({
      model: "64 heads",
      tokens: {
        text: tokens(
          `_<s> ${range(120)
            .map((index) => `word${index}`)
            .join(" ")}`,
        ),
      },
      stacks: [{ kind: "self", queries: "text", keys: "text", masked: true }],
      layers: range(8),
      heads: 64,
      inputs: ONE,
      text: range(120)
        .map((index) => `word${index}`)
        .join(" "),
    }),
  parts: () =>
    scene({
      model: "language-model (demo, GPT-2)",
      tokens: { text: tokens(story) },
      stacks: [{ kind: "self", queries: "text", keys: "text", masked: true }],
      layers: range(2),
      heads: 4,
      inputs: ONE,
      text: story,
      longest: 48,
      changes: { part: { query: [96, 144], key: [96, 144] }, heads: [0, 1] },
    }),
  rtl: () =>
    scene({
      model: "Arabic BERT",
      tokens: { text: tokens("_[CLS] القط الصغير جلس على السجادة الحمراء _[SEP]", "rtl") },
      stacks: [{ kind: "self", queries: "text", keys: "text" }],
      layers: range(6),
      heads: 6,
      inputs: ONE,
      text: "القط الصغير جلس على السجادة الحمراء",
    }),
  tensors: () =>
    scene({
      model: "",
      tokens: {
        text: tokens("_[CLS] <img src=x onerror=alert(1)> </script><script> <!--<script> \u0024{x} _[SEP]"),
      },
      stacks: [{ kind: "self", queries: "text", keys: "text" }],
      layers: range(2),
      heads: 2,
      inputs: [],
      text: "",
      changes: { heads: [0, 1], presentation: ["matrix"] },
    }),
};
