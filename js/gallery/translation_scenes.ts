import type {
  AlignmentMethod,
  AttentionKind,
  KindMeta,
  StepColour,
  StepRows,
  TranslationMeta,
  TranslationPayload,
  TranslationQuestion,
  TranslationTraits,
  WireArray,
  WireBeam,
  WireStep,
  WireTokens,
} from "../contract.js";
import { WIRE_VERSION } from "../contract.js";
import { floats, METHODS } from "./attribution_scenes.js";
import { byteOf, tokens } from "./widget_scenes.js";

/** A made-up model that writes one text: everything follows from positions, so that every answer agrees with every other. */
export interface TranslationScene {
  traits: TranslationTraits;
  /** The payload that answers a question; a sentence where it is refused. */
  answer(question: TranslationQuestion, run: number): TranslationPayload | string;
  scores(payload: TranslationPayload, by: StepColour, rows: StepRows, align: AlignmentMethod): WireArray[];
  heads(payload: TranslationPayload, kind: AttentionKind, layer: number, heads: number[]): WireArray;
}

interface Plan {
  model: string;
  source: WireTokens;
  /** What is written: tokens as `tokens` reads them, and for each the source words that it comes from. */
  target: string;
  aligned?: number[][];
  direction?: "ltr" | "rtl";
  encoder?: boolean;
  labels?: TranslationMeta["labels"];
  beams?: number;
  reference?: TranslationMeta["reference"];
  given?: boolean;
  live?: boolean;
  notes?: string[];
  text: string;
  changes?: Partial<TranslationTraits>;
}

const LAYERS = [0, 1, 2];
const HEADS = 8;
const OTHERS = ["un", "+e", "grand", "vieux", "la", "les", "est", "une", "beau", "dort", "et", "+s"];
const UNSEEN = -1;

function noise(a: number, b: number, c: number, d: number): number {
  const x = Math.sin(a * 12.9898 + b * 78.233 + c * 37.719 + d * 4.581) * 43758.5453;
  return x - Math.floor(x);
}

/** What could stand at a step, likeliest first: the planned token (or the end, behind the last), and others. */
function candidatesOf(planned: string[], step: number): { part: string; probability: number }[] {
  const own = planned[step] ?? "_</s>";
  const others = [0, 1, 2, 3, 4].map(
    (other) => OTHERS[Math.floor(noise(step, other, 3, 1) * OTHERS.length)] ?? "",
  );
  const parts = [...new Set([own, ...others])].slice(0, 5);
  const sure = 0.55 + 0.43 * noise(step, 2, 7, 4);
  const rest = parts.slice(1).map((_, index) => 0.5 ** (index + 1));
  const sum = rest.reduce((a, b) => a + b, 0);
  return parts.map((part, index) => ({
    part,
    probability: index === 0 ? sure : ((1 - sure) * 0.96 * (rest[index - 1] ?? 0)) / sum,
  }));
}

const numbers = new Map<string, number>();

function idOf(part: string): number {
  const id = numbers.get(part) ?? 100 + numbers.size;
  numbers.set(part, id);
  return id;
}

function partOf(id: number): string {
  return [...numbers].find(([, other]) => other === id)?.[0] ?? "?";
}

function textOf(part: string): string {
  return part.startsWith("_") || part.startsWith("+") ? part.slice(1) : ` ${part}`;
}

/** A beam search over the made-up model, with its whole tree. */
function search(planned: string[], width: number): WireBeam[] {
  const nodes: WireBeam[] = [];
  let beams: (number | null)[] = [null];
  const finished: number[] = [];
  for (let step = 0; step <= planned.length && beams.length > 0; step++) {
    const next = beams.flatMap((parent) =>
      candidatesOf(planned, step)
        .slice(0, 3)
        .map(({ part, probability }) => {
          const log_prob = Math.log(probability) - 0.2 * noise(step, parent ?? -1, idOf(part), 5);
          const score = log_prob + (parent === null ? 0 : (nodes[parent] as WireBeam).score);
          const ended = part === "_</s>";
          return { parent, part, log_prob, score, final: ended ? score / (step + 1) : null };
        }),
    );
    next.sort((a, b) => b.score - a.score);
    beams = [];
    for (const { part, ...rest } of next.slice(0, 2 * width)) {
      const number = nodes.length;
      const kept = rest.final === null && beams.length < width;
      if (kept) beams.push(number);
      if (rest.final !== null) finished.push(number);
      const state = rest.final !== null ? "finished" : kept ? "kept" : "dropped";
      nodes.push({ ...rest, step, id: idOf(part), text: textOf(part), state });
    }
  }
  const best = finished.sort((a, b) => (nodes[b]?.final ?? 0) - (nodes[a]?.final ?? 0))[0];
  for (let node = best ?? null; node !== null; node = nodes[node]?.parent ?? null) {
    (nodes[node] as WireBeam).state = "chosen";
  }
  return nodes;
}

function pathOf(nodes: WireBeam[], beam: number): number[] {
  const path: number[] = [];
  for (let node: number | null = beam; node !== null; node = nodes[node]?.parent ?? null) path.unshift(node);
  return path;
}

function scene(plan: Plan): TranslationScene {
  const encoder = plan.encoder ?? true;
  const planned = plan.target.split(" ");
  const nSource = plan.source.text.length;
  const kindOf = (kind: AttentionKind, queries: string, keys: string): KindMeta => ({
    kind,
    layers: LAYERS,
    heads: LAYERS.map(() => HEADS),
    queries,
    keys,
    masked: kind !== "encoder" && kind !== "cross",
  });
  const kinds = encoder
    ? [
        kindOf("encoder", "source", "source"),
        kindOf("cross", "decoder", "source"),
        kindOf("decoder", "decoder", "decoder"),
      ]
    : [kindOf("self", "text", "text")];

  function raw(kind: AttentionKind, layer: number, head: number, query: number, key: number): number {
    const own = 1.4 * noise(layer, head, query, key);
    if (kind === "cross") {
      const from = plan.aligned?.[query];
      const word = plan.source.words[key] ?? null;
      return own + (word !== null && from?.includes(word) ? 2.2 + 0.6 * ((layer + head) % 4) : 0);
    }
    const shape = (head + layer) % 4;
    if (shape === 0) return own + (key === query - 1 ? 3 : 0);
    if (shape === 1) return own + (key === query ? 3 : 0);
    return own + (shape === 2 && key === 0 ? 3 : 0);
  }

  const sums = new Map<string, number>();

  function weight(
    kind: AttentionKind,
    layer: number,
    head: number,
    query: number,
    key: number,
    nKeys: number,
  ): number {
    const masked = kind !== "encoder" && kind !== "cross";
    if (masked && key > query) return UNSEEN;
    const row = `${kind}/${layer}/${head}/${query}/${nKeys}`;
    let sum = sums.get(row);
    if (sum === undefined) {
      sum = 0;
      for (let other = 0; other < (masked ? query + 1 : nKeys); other++)
        sum += Math.exp(raw(kind, layer, head, query, other));
      sums.set(row, sum);
    }
    return Math.exp(raw(kind, layer, head, query, key)) / sum;
  }

  function stepScore(by: StepColour, rows: StepRows, step: number, side: 0 | 1, position: number): number {
    if (by.what === "method") {
      if (side === 1 && position >= step) return Number.NaN;
      const word = plan.source.words[position] ?? null;
      const peak = side === 0 && word !== null && plan.aligned?.[step]?.includes(word) ? 1.2 : 0;
      const made = peak + 0.5 * (noise(step, position, side, 3) - 0.5);
      return METHODS.find(({ name }) => name === by.name)?.signed === false ? Math.abs(made) : made;
    }
    const kind = encoder ? (side === 0 ? "cross" : "decoder") : "self";
    const query = (encoder ? 0 : nSource - 1) + step + (rows === "reads" ? 1 : 0);
    const key = side === 0 ? position : position + (encoder ? 1 : nSource);
    const layers = by.layer === null ? LAYERS : [by.layer];
    const heads = by.head === null ? Array.from({ length: HEADS }, (_, head) => head) : [by.head];
    let sum = 0;
    // A token that was written aligns with its own sources in the row that writes it.
    const aligned = kind === "cross" ? step : query;
    for (const layer of layers)
      for (const head of heads) {
        const each = weight(kind, layer, head, aligned, key, nSource);
        if (each === UNSEEN) return Number.NaN;
        sum += each;
      }
    return sum / (layers.length * heads.length);
  }

  function scores(
    payload: TranslationPayload,
    by: StepColour,
    rows: StepRows,
    align: AlignmentMethod,
  ): WireArray[] {
    const { steps, words, reference } = payload.meta;
    const source = steps.map((_, step) =>
      Array.from({ length: nSource }, (_, position) => stepScore(by, rows, step, 0, position)),
    );
    const target = steps.map((_, step) => steps.map((_, position) => stepScore(by, rows, step, 1, position)));
    const wordScores = words.target.map((_, targetWord) =>
      words.source.map((_, sourceWord) =>
        source
          .filter((_, step) => words.target_of[step] === targetWord)
          .flatMap((row) => row.filter((_, position) => words.source_of[position] === sourceWord))
          .reduce((sum, score) => sum + Math.abs(score), 0),
      ),
    );
    const pairs = encoder
      ? wordScores.flatMap((row, targetWord) => {
          const best = row.indexOf(Math.max(...row));
          const mutual = wordScores.every((other) => (other[best] ?? 0) <= (row[best] ?? 0));
          return align === "argmax" || mutual ? [[best, targetWord]] : [];
        })
      : [];
    const sure = reference?.pairs ?? [];
    const hits = pairs.filter(([a, b]) => sure.some(([c, d]) => a === c && b === d)).length;
    const rate = reference === null ? Number.NaN : 1 - (2 * hits) / (pairs.length + sure.length);
    const links = Int32Array.from(pairs.flat());
    return [
      floats(source.flat(), [steps.length, nSource]),
      floats(target.flat(), [steps.length, steps.length]),
      { dtype: "int32", shape: [pairs.length, 2], data: new DataView(links.buffer) },
      floats([rate], [1]),
    ];
  }

  function answer(question: TranslationQuestion, run: number): TranslationPayload | string {
    if (question.text.trim() === "") return "The source is empty: write something to translate.";
    const forced = question.forced.map((token) => (typeof token === "string" ? idOf(token.trim()) : token));
    const typed = question.forced.find((token) => typeof token === "string" && token.trim().includes(" "));
    if (typed !== undefined)
      return `'${typed}' is not one token but 2: ${String(typed).trim().split(" ").join(" · ")}. Force the first of them.`;
    const given = question.text_pair.trim() !== "";
    const nodes = plan.beams === undefined || given ? [] : search(planned, plan.beams);
    const own = given ? [...question.text_pair.trim().split(/\s+/), "_</s>"] : [...planned, "_</s>"];
    const parts =
      question.beam === null
        ? [...forced.map(partOf), ...own.slice(forced.length)]
        : pathOf(nodes, question.beam).map((number) => partOf(nodes[number]?.id ?? 0));
    const target = tokens(parts.join(" "), plan.direction);
    target.ids = parts.map(idOf);
    const steps = parts.map((part, step): WireStep => {
      const all = candidatesOf(planned, step);
      const found = all.find((candidate) => candidate.part === part);
      const log_prob = Math.log(found?.probability ?? 0.002);
      return {
        id: idOf(part),
        text: target.text[step] ?? "",
        log_prob,
        raw_log_prob: log_prob,
        forced: step < forced.length,
        candidates: all.map((candidate, index) => ({
          id: idOf(candidate.part),
          text: textOf(candidate.part),
          probability: candidate.probability,
          raw_probability: index === 2 ? candidate.probability * 2 : candidate.probability,
        })),
      };
    });
    const start = encoder ? tokens("_<pad>", plan.direction) : plan.source;
    const joined = (a: WireTokens, b: WireTokens): WireTokens => ({
      ...a,
      text: [...a.text, ...b.text],
      ids: [...a.ids, ...b.ids],
      pieces: [...a.pieces, ...b.pieces],
      offsets: [...a.offsets, ...b.offsets],
      words: [...a.words, ...b.words.map((word) => (word === null ? null : word + nSource))],
      special: [...a.special, ...b.special],
      segments: [...a.segments, ...b.segments],
    });
    const decoder = joined(start, target);
    const wordsOf = ({ text, words, special }: WireTokens) => {
      const names: string[] = [];
      const of = words.map((word, position) => {
        if (word === null || special[position]) return null;
        names[word] = `${names[word] ?? ""}${text[position]?.trim() ?? ""}`;
        return word;
      });
      return { names, of };
    };
    const [source, written] = [wordsOf(plan.source), wordsOf(target)];
    const initial = {
      by: { what: "attention", layer: null, head: null },
      rows: "writes",
      align: "argmax",
    } as const;
    const payload: TranslationPayload = {
      v: WIRE_VERSION,
      kind: "translation",
      meta: {
        run,
        model: plan.model,
        live: plan.live ?? true,
        inputs:
          plan.live === false
            ? []
            : [
                { name: "text", label: encoder ? "Source" : "Prompt", optional: false },
                {
                  name: "text_pair",
                  label: encoder ? "Target by hand" : "Continuation by hand",
                  optional: true,
                },
              ],
        encoder,
        labels: plan.labels ?? { source: "Source", target: "Translation" },
        given,
        finished: true,
        steps,
        log_prob: steps.reduce((sum, { log_prob }) => sum + (log_prob ?? 0), 0),
        beams: nodes.length === 0 ? null : { width: plan.beams ?? 1, nodes },
        options:
          plan.beams === undefined ? "at most 60 new tokens" : `${plan.beams} beams, at most 60 new tokens`,
        notes: plan.notes ?? [],
        kinds,
        first_row: encoder ? 0 : nSource - 1,
        words: {
          source: source.names,
          target: written.names,
          source_of: source.of,
          target_of: written.of,
        },
        reference: plan.reference ?? null,
        methods: METHODS.filter(({ name }) => name !== "integrated_gradients"),
        initial,
      },
      tokens: { source: plan.source, target, ...(encoder ? { decoder } : { text: decoder }) },
      arrays: {},
    };
    const [a, b, c, d] = scores(payload, initial.by, initial.rows, initial.align) as [
      WireArray,
      WireArray,
      WireArray,
      WireArray,
    ];
    payload.arrays = { "scores/source": a, "scores/target": b, "scores/links": c, "scores/error_rate": d };
    return payload;
  }

  function heads(
    payload: TranslationPayload,
    kind: AttentionKind,
    layer: number,
    chosen: number[],
  ): WireArray {
    const meta = payload.meta.kinds.find((other) => other.kind === kind) as KindMeta;
    const [queries = 0, keys = 0] = [meta.queries, meta.keys].map(
      (name) => payload.tokens[name]?.text.length,
    );
    const bytes = new Uint8Array(chosen.length * queries * keys);
    let at = 0;
    for (const head of chosen)
      for (let query = 0; query < queries; query++)
        for (let key = 0; key < keys; key++)
          bytes[at++] = byteOf(weight(kind, layer, head, query, key, keys));
    return { dtype: "uint8", shape: [chosen.length, queries, keys], data: new DataView(bytes.buffer) };
  }

  const question: TranslationQuestion = {
    text: plan.text,
    text_pair: plan.given ? planned.filter((part) => !part.startsWith("_")).join(" ") : "",
    forced: [],
    beam: null,
  };
  const payload = answer(question, 1);
  if (typeof payload === "string") throw new Error(payload);
  const traits: TranslationTraits = {
    ...question,
    payload,
    error: "",
    progress: null,
    step: 0,
    colours: [payload.meta.initial.by],
    rows: "writes",
    align: "argmax",
    layer: 2,
    head: 1,
    selection: [],
    presentation: encoder ? ["text", "alignment"] : ["text", "steps"],
    merge_words: false,
    hide_special: false,
    theme: "auto",
    group: "",
    ...plan.changes,
  };
  return { traits, answer, scores, heads };
}

const CAT: Plan = {
  model: "translation (demo, Marian)",
  source: tokens("the small black cat does not see the red house . _</s>"),
  target: "le petit chat noir ne voit pas la mais +on rouge .",
  aligned: [[0], [1], [3], [2], [5], [6], [5], [7], [9], [9], [8], [10], []],
  reference: {
    pairs: [
      [0, 0],
      [1, 1],
      [3, 2],
      [2, 3],
      [5, 4],
      [6, 5],
      [5, 6],
      [7, 7],
      [9, 8],
      [8, 9],
      [10, 10],
    ],
    possible: [
      [4, 4],
      [4, 6],
    ],
  },
  beams: 4,
  text: "the small black cat does not see the red house.",
  changes: { step: 2 },
};
const many = Array.from({ length: 199 }, (_, index) => `mot${index}`);

export const SCENES: Record<string, () => TranslationScene> = {
  translation: () => scene(CAT),
  given: () => scene({ ...CAT, given: true, target: "le grand chat noir ne voit pas la maison rouge ." }),
  decoder: () =>
    scene({
      model: "language-model (demo, GPT-2)",
      source: tokens("red blue green red blue green red blue"),
      target: "green red blue green red blue green",
      encoder: false,
      labels: { source: "Prompt", target: "Continuation" },
      text: "red blue green red blue green red blue",
      notes: ["What the model really reads is the chat template with your text in it."],
    }),
  rtl: () =>
    scene({
      model: "opus-mt-en-ar",
      source: tokens("the small cat sat on the red mat _</s>"),
      target: "القط الصغير جلس على السجادة الحمراء",
      aligned: [[0, 2], [1], [3], [4], [5, 7], [6]],
      direction: "rtl",
      beams: 3,
      text: "the small cat sat on the red mat",
    }),
  saved: () =>
    scene({
      model: "",
      live: false,
      source: tokens("_[CLS] <img src=x onerror=alert(1)> </script><script> <!--<script> _[SEP]"),
      target: "<b>bold</b> \u0024{x} </span>",
      aligned: [[0], [1], [2]],
      beams: 2,
      text: "hostile",
    }),
  long: () =>
    scene({
      model: "long",
      source: tokens(`${many.map((word) => word.replace("mot", "word")).join(" ")} _</s>`),
      target: many.join(" "),
      aligned: many.map((_, index) => [index]),
      beams: 4,
      text: "long",
    }),
};
