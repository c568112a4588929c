/** What Python draws pictures by (tests/python/test_pictures_golden.py), computed with the front end's own code. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type {
  AttentionPayload,
  AttributionPayload,
  AttributionRun,
  SideSelection,
  StepColour,
  TranslationPayload,
  WireArray,
} from "../../js/contract.js";
import { labelOf } from "../../js/core/axes.js";
import { decodeArray } from "../../js/core/codec.js";
import { parseColour, type Rgb, toHex } from "../../js/core/colour.js";
import { blocksOf, selectLines } from "../../js/core/lines.js";
import { percent, plain, signed } from "../../js/core/numbers.js";
import { headColours } from "../../js/core/palette.js";
import { attentionPreparer, meanOverHeads } from "../../js/core/prepare.js";
import { weightRamp } from "../../js/core/ramp.js";
import { scoreRamp, textOn } from "../../js/core/score_ramp.js";
import { readInk } from "../../js/views/ink.js";
import { headsTitle } from "../../js/views/legend.js";
import type { AttentionState } from "../../js/widgets/attention_state.js";
import { accountOf, hiddenScore } from "../../js/widgets/attribution_account.js";
import { runOf, sideOf } from "../../js/widgets/attribution_scores.js";
import type { AttributionState } from "../../js/widgets/attribution_state.js";
import {
  agreementNote,
  agreementWords,
  hiddenWords,
  legendNotes,
  residualWords,
  scaleWords,
  sumLabels,
  targetWords,
} from "../../js/widgets/attribution_words.js";
import { footerNotes } from "../../js/widgets/footer_words.js";
import { colourWords } from "../../js/widgets/translation_colour_words.js";
import { lookedAt, scoresOf } from "../../js/widgets/translation_focus.js";
import { initialScores, shownScores, sidesOf, stepScores } from "../../js/widgets/translation_scores.js";
import type { TranslationState } from "../../js/widgets/translation_state.js";
import { footerWords } from "../../js/widgets/translation_words.js";
import { viewed } from "./golden.js";

function read<Kept>(name: string): Kept {
  return JSON.parse(readFileSync(`tests/contract/${name}.json`, "utf8"), (key, value) =>
    key === "data" ? viewed(value) : value,
  );
}

interface Colours {
  ink: Record<"paper" | "text" | "muted" | "line" | "accent" | "nan", string>;
  heads: string[];
  weights: string[];
  scores: Record<"True" | "False", string[]>;
  text_on: string[];
}

interface AttentionCase {
  choices: {
    kind: "encoder" | "decoder";
    heads: number[];
    merge_words?: boolean;
    hide_special?: boolean;
    threshold?: number;
  };
  labels: string[];
  spans: [number, number][];
  mean: (number | null)[][];
  hidden: number;
  lines: [number, number, number][];
  left_out: number;
  title: string;
  notes: string[];
}

interface AttributionCase {
  run: number;
  step: number;
  merge_words: boolean;
  hide_special: boolean;
  labels: string[][];
  spaced: boolean[][];
  scores: number[][];
  most: number;
  bars: { name: string; start: number; stop: number }[];
  words: string;
  scale: string;
  target: string;
  notes: string[];
}

interface TranslationCase {
  step: number;
  selection: SideSelection[];
  merge_words: boolean;
  hide_special: boolean;
  labels: [string[], string[]];
  title: string;
  source: (number | null)[][];
  target: (number | null)[][];
  most: number;
  texts: ((number | null)[] | null)[];
  notes: string[];
}

interface ResidualCase {
  flags: Partial<Record<"complete" | "signed" | "attention_based", boolean>>;
  value: number;
  baseline_value: number;
  residual: number;
  words: string;
}

interface Kept {
  light: Colours;
  dark: Colours;
  grounds: string[];
  numbers: [number, string, string][];
  labels: [string, string][];
  attention: AttentionCase[];
  attribution: AttributionCase[];
  translation: TranslationCase[];
  colours: [StepColour, string][];
  percents: [number, string][];
  residuals: ResidualCase[];
  sum_labels: [Record<string, string>, Record<string, string>];
  agreement: [number | null, boolean, string][];
  agreement_words: string[];
}

const kept = read<Kept>("drawing");
const attention = read<{ payload: AttentionPayload; heads: WireArray }>("attention");
const attribution = read<{ payload: AttributionPayload }>("attribution").payload;

const rgb = (colour: string) => parseColour(colour) as Rgb;

function hexes(levels: Uint8ClampedArray): string[] {
  return Array.from({ length: levels.length / 3 }, (_, i) =>
    toHex([levels[3 * i]!, levels[3 * i + 1]!, levels[3 * i + 2]!]),
  );
}

test.each(["light", "dark"] as const)("colours of the %s theme", (theme) => {
  const dark = theme === "dark";
  const { ink, heads, weights, scores, text_on } = kept[theme];
  const { family: _, ramp: __, ...own } = readInk(document.body, dark);
  expect(own).toEqual(ink);
  expect(headColours(heads.length, dark)).toEqual(heads);
  expect(hexes(weightRamp(rgb(ink.paper), dark).levels)).toEqual(weights);
  expect(hexes(scoreRamp(rgb(ink.paper), dark, true).levels)).toEqual(scores.True);
  expect(hexes(scoreRamp(rgb(ink.paper), dark, false).levels)).toEqual(scores.False);
  expect(kept.grounds.map((ground) => textOn(rgb(ground), ink.text))).toEqual(text_on);
});

test("numbers and labels", () => {
  expect(kept.numbers.map(([value]) => [value, plain(value), signed(value)])).toEqual(kept.numbers);
  expect(kept.labels.map(([text]) => [text, labelOf(text)])).toEqual(kept.labels);
});

/** Weight bytes of the golden map that the payload or the heads' answer holds. */
function bytesOf(kind: string, head: number): Uint8Array | undefined {
  const { initial } = attention.payload.meta;
  const held = kind === initial.kind ? attention.payload.arrays.heads : attention.heads;
  const at = kind === initial.kind ? initial.heads.indexOf(head) : [1].indexOf(head);
  if (held === undefined || at < 0) return undefined;
  const size = (held.shape[1] ?? 0) * (held.shape[2] ?? 0);
  return decodeArray(held, "uint8").slice(at * size, (at + 1) * size);
}

test.each(kept.attention)("attention: $choices", (each) => {
  const { kind, heads: on, merge_words = false, hide_special = false, threshold = 0 } = each.choices;
  const meta = attention.payload.meta.kinds.find((one) => one.kind === kind)!;
  const bytes = new Map(on.flatMap((head) => [[head, bytesOf(kind, head)!] as const]));
  const prepared = attentionPreparer()(
    {
      kind,
      layer: 0,
      nHeads: meta.heads[0]!,
      queries: attention.payload.tokens[meta.queries]!,
      keys: attention.payload.tokens[meta.keys]!,
      on,
      part: null,
      bytes,
    },
    { mergeWords: merge_words, hideSpecial: hide_special, segmentFilter: "all" },
  );
  const { data, hiddenShare } = prepared;
  expect(data.queries.labels).toEqual(each.labels);
  expect(data.queries.spans).toEqual(each.spans);
  // Bytes are within 0.004 of the exact weights, each, and a word sums several.
  const columns = data.keys.labels.length;
  const mean = meanOverHeads(data.heads)!;
  each.mean.forEach((row, query) => {
    row.forEach((weight, key) => {
      const own = mean[query * columns + key]!;
      if (weight === null) expect(own).toBeNaN();
      else expect(own).toBeCloseTo(weight, 1.7);
    });
  });
  expect(hiddenShare).toBeCloseTo(each.hidden, 2);
  const lines = selectLines(data.heads, columns, blocksOf(data, [], null), threshold, 4000);
  const drawn = Array.from({ length: lines.count }, (_, i) => [
    lines.heads[i],
    lines.queries[i],
    lines.keys[i],
  ]);
  expect(drawn.sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]! || a[2]! - b[2]!)).toEqual(each.lines);
  expect(lines.leftOut).toBeCloseTo(each.left_out, 2);
  expect(headsTitle(data)).toBe(each.title);
  const state = {
    meta: attention.payload.meta,
    presentation: ["lines", "matrix", "grid"],
    mergeWords: merge_words,
    threshold,
    segmentFilter: "all",
    part: null,
  } as unknown as AttentionState;
  expect(footerNotes(state, prepared, "")).toEqual(each.notes);
});

test.each(kept.attribution)("attribution: run $run, step $step, words $merge_words", (each) => {
  const choices = { mergeWords: each.merge_words, hideSpecial: each.hide_special };
  const sides = attribution.meta.sides.map(({ tokens, label }) =>
    sideOf(attribution, tokens, label, choices),
  );
  const shown = runOf(attribution.arrays, `scores/${each.run}`, sides);
  const first = attribution.meta.runs[each.run]!;
  const account = accountOf(first, shown, each.step, null);
  expect(sides.map(({ plan }) => plan.axis.labels)).toEqual(each.labels);
  expect(sides.map(({ pieces }) => pieces.map(({ spaced }) => spaced))).toEqual(each.spaced);
  const rounded = (value: number) => Math.round(value * 1e4) / 1e4;
  expect(shown.sides.map(({ steps }) => [...steps[each.step]!].map(rounded))).toEqual(each.scores);
  expect(rounded(shown.most)).toBe(each.most);
  expect(
    account.steps.map(({ name, from, to }) => ({ name, start: rounded(from), stop: rounded(to) })),
  ).toEqual(each.bars);
  expect(account.words).toBe(each.words);
  expect(scaleWords(first)).toBe(each.scale);
  const state = {
    payload: attribution,
    meta: attribution.meta,
    first,
    nSteps: first.value.length,
    mergeWords: each.merge_words,
  } as AttributionState;
  expect(targetWords(state, each.step)).toBe(each.target);
  const hidden = hiddenScore(shown, each.step);
  expect([...legendNotes(state), ...(hidden === 0 ? [] : [hiddenWords(hidden)])]).toEqual(each.notes);
});

const finite = (row: Float32Array) =>
  [...row].map((score) => (Number.isNaN(score) ? null : Math.round(score * 1e4) / 1e4));

test.each(kept.translation)("translation: step $step, words $merge_words", (each) => {
  const { payload } = read<{ payload: TranslationPayload }>("translation");
  const state = {
    payload,
    meta: payload.meta,
    step: each.step,
    selection: each.selection,
    mergeWords: each.merge_words,
    hideSpecial: each.hide_special,
    rows: "writes",
  } as unknown as TranslationState;
  const sides = sidesOf(state);
  const by: StepColour = { what: "attention", layer: 0, head: 0 };
  const shown = shownScores(by, stepScores(initialScores(payload)), sides, state.meta);
  expect([sides.source, sides.target].map(({ plan }) => plan.axis.labels)).toEqual(each.labels);
  expect(shown.title).toBe(each.title);
  expect(shown.source.rows.map(finite)).toEqual(each.source);
  expect(shown.target.rows.map(finite)).toEqual(each.target);
  expect(shown.most).toBeCloseTo(each.most, 4);
  const texts = scoresOf(lookedAt(state, sides, null), shown);
  expect([texts.source, texts.target].map((row) => row && finite(row))).toEqual(each.texts);
  expect(footerWords(state, [shown])).toEqual(each.notes);
});

test("what colours are called", () => {
  expect(kept.colours.map(([by]) => [by, colourWords(by, { methods: [] } as never)])).toEqual(kept.colours);
  expect(kept.percents.map(([share]) => [share, percent(share)])).toEqual(kept.percents);
});

test.each(kept.residuals)("what a residual means: $words", (each) => {
  const { flags, value, baseline_value, residual, words } = each;
  const method = { label: "The method", complete: false, signed: true, attention_based: false, ...flags };
  const run = { method, value: [value], baseline_value: [baseline_value], residual: [residual] };
  expect(residualWords(run as unknown as AttributionRun, 0)).toBe(words);
});

test("what stands beside a score", () => {
  expect([sumLabels(true), sumLabels(false)]).toEqual(kept.sum_labels);
  expect(kept.agreement.map(([value, sign]) => [value, sign, agreementNote(value, sign)])).toEqual(
    kept.agreement,
  );
  expect([false, true].map((bySize) => agreementWords("The method", 12, bySize))).toEqual(
    kept.agreement_words,
  );
});
