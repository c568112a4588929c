import { WEIGHT_LEVELS, WEIGHT_NAN, WEIGHT_UNSEEN, type WireTokens } from "../contract.js";
import type { AttentionSource } from "../core/prepare.js";
import type { AttentionGridData } from "../views/grid_data.js";

/** One map of attention as it would arrive, for the gallery and the tests. */
export interface Fixture {
  name: string;
  tokens: WireTokens;
  nHeads: number;
  causal: boolean;
  /** Weight bytes [query, key] by head. */
  bytes: Map<number, Uint8Array>;
}

/** Numbers between 0 and 1 that are the same in every run (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function byteOf(weight: number): number {
  return Number.isNaN(weight) ? WEIGHT_NAN : Math.round(WEIGHT_LEVELS * Math.sqrt(weight));
}

/** Tokens written as one string: a `##` piece goes on with the word before it, `[X]` is special, `|` begins the second text. */
export function tokensOf(pieces: string[], direction: "ltr" | "rtl" = "ltr"): WireTokens {
  const tokens: WireTokens = {
    text: [],
    ids: [],
    pieces: [],
    offsets: [],
    words: [],
    special: [],
    segments: [],
    direction,
  };
  let word = -1;
  let segment = 0;
  for (const piece of pieces) {
    if (piece === "|") {
      segment = 1;
      word = -1;
      continue;
    }
    const special = /^\[[A-Z]+\]$/.test(piece);
    const continued = piece.startsWith("##");
    if (!special && !continued) word++;
    tokens.text.push(special || continued ? piece.replace(/^##/, "") : ` ${piece}`);
    tokens.ids.push(tokens.ids.length);
    tokens.pieces.push(piece);
    tokens.offsets.push(null);
    tokens.words.push(special ? null : word);
    tokens.special.push(special);
    tokens.segments.push(special ? null : segment);
  }
  return tokens;
}

/** What heads are known to do: look at the token before, at the first, at itself, at one far away, everywhere. */
const HABITS: ((query: number, key: number, count: number) => number)[] = [
  (query, key) => (key === query - 1 ? 6 : 0),
  (_query, key) => (key === 0 ? 5 : 0),
  (query, key) => (key === query ? 4 : 0),
  (query, key) => (key === query + 1 ? 5 : 0),
  (query, key, count) => ((query * 7 + 3) % count === key ? 6 : 0),
  (query, key) => -0.35 * Math.abs(query - key),
  (_query, key, count) => (key === count - 1 ? 4 : 0),
  () => 0,
];

export function headBytes(count: number, head: number, causal: boolean): Uint8Array {
  const random = randomFrom(97 * head + count);
  const habit = HABITS[head % HABITS.length]!;
  const bytes = new Uint8Array(count * count);
  for (let query = 0; query < count; query++) {
    const seen = causal ? query + 1 : count;
    const scores = Array.from({ length: seen }, (_, key) =>
      Math.exp(habit(query, key, count) + 2.2 * random()),
    );
    const sum = scores.reduce((a, b) => a + b, 0);
    for (let key = 0; key < count; key++) {
      bytes[query * count + key] = key < seen ? byteOf(scores[key]! / sum) : WEIGHT_UNSEEN;
    }
  }
  return bytes;
}

function fixture(name: string, tokens: WireTokens, nHeads = 12, causal = false): Fixture {
  const bytes = new Map<number, Uint8Array>();
  for (let head = 0; head < nHeads; head++) bytes.set(head, headBytes(tokens.text.length, head, causal));
  return { name, tokens, nHeads, causal, bytes };
}

function withNaN(made: Fixture): Fixture {
  const count = made.tokens.text.length;
  for (const bytes of made.bytes.values()) {
    for (const cell of [1, count + 3, 4 * count + 2]) bytes[cell] = WEIGHT_NAN;
  }
  return made;
}

const CAUSAL =
  "when the old lighthouse keeper climbed the stairs he saw that the lamp had gone out and the ships which were waiting near the rocks " +
  "could no longer find the harbour so he lit it again and stayed";

export function longTokens(count: number): WireTokens {
  const words = CAUSAL.split(" ");
  return tokensOf(Array.from({ length: count }, (_, i) => words[i % words.length]!));
}

/** Every text that has to look right. */
export function fixtures(): Fixture[] {
  const split = (text: string) => text.split(" ");
  return [
    fixture("sentence", tokensOf(split("[CLS] the cat sat on the mat [SEP]"))),
    fixture("six", tokensOf(split("[CLS] not very good film [SEP]")), 4),
    fixture(
      "pair",
      tokensOf(split("[CLS] the un ##believ ##able cat sleeps [SEP] | she is ly ##ing on a rug [SEP]")),
    ),
    fixture("causal", tokensOf(split(CAUSAL)), 12, true),
    fixture("arabic", tokensOf(["[CLS]", "القطة", "##الصغيرة", "تجلس", "على", "السجادة", "[SEP]"], "rtl"), 8),
    fixture(
      "cjk",
      tokensOf(["[CLS]", "猫", "が", "畳", "の", "上", "に", "座", "った", "😀", "👩‍👩‍👧", "。", "[SEP]"]),
      8,
    ),
    fixture(
      "hostile",
      tokensOf([
        "<img src=x onerror=alert(1)>",
        "</script><script>",
        "<!--<script>",
        "$" + "{x}",
        "&amp;",
        "\n",
        " ",
      ]),
      6,
    ),
    withNaN(fixture("nan", tokensOf(split("[CLS] a weight is missing here [SEP]")), 4)),
    fixture("long", longTokens(200), 12, true),
    fixture("heads", tokensOf(split("[CLS] many heads look at few tokens [SEP]")), 32),
  ];
}

export function sourceOf(made: Fixture, on: readonly number[], layer = 3): AttentionSource {
  return {
    kind: "self",
    layer,
    nHeads: made.nHeads,
    queries: made.tokens,
    keys: made.tokens,
    on,
    part: null,
    bytes: made.bytes,
  };
}

/** Thumbnails [layer, head, side, side] as they would arrive. */
export function thumbnailBytes(nLayers: number, nHeads: number, side: number, causal: boolean): Uint8Array {
  const size = side * side;
  const bytes = new Uint8Array(nLayers * nHeads * size);
  for (let layer = 0; layer < nLayers; layer++) {
    for (let head = 0; head < nHeads; head++) {
      bytes.set(headBytes(side, layer * 5 + head * 3, causal), (layer * nHeads + head) * size);
    }
  }
  return bytes;
}

export interface GridFixture {
  name: string;
  data: AttentionGridData;
}

function gridFixture(
  name: string,
  nLayers: number,
  nHeads: number,
  side: number,
  causal: boolean,
): GridFixture {
  return {
    name,
    data: {
      kind: "self",
      layers: Array.from({ length: nLayers }, (_, layer) => layer),
      heads: Array.from({ length: nLayers }, () => nHeads),
      thumbnails: thumbnailBytes(nLayers, nHeads, side, causal),
      shape: [nLayers, nHeads, side, side],
      cell: "one cell for each pair of tokens",
      direction: "ltr",
      layer: Math.min(3, nLayers - 1),
      on: [1, 2],
    },
  };
}

export function gridFixtures(): GridFixture[] {
  const hybrid = gridFixture("hybrid", 3, 8, 12, true);
  hybrid.data = { ...hybrid.data, layers: [1, 5, 9], heads: [8, 4, 8], layer: 5 };
  return [
    gridFixture("tiny", 2, 2, 8, false),
    gridFixture("bert", 12, 12, 32, false),
    gridFixture("gpt2", 12, 12, 32, true),
    hybrid,
    gridFixture("large", 32, 32, 32, true),
  ];
}
