import { describe, expect, it } from "vitest";
import { WEIGHT_NAN, WEIGHT_UNSEEN, type WireTokens } from "../../js/contract.js";
import { labelOf } from "../../js/core/axes.js";
import { UNSEEN, WEIGHT_OF_BYTE } from "../../js/core/codec.js";
import { type AttentionChoices, attentionPreparer, meanOverHeads } from "../../js/core/prepare.js";
import { randomFrom, sourceOf, tokensOf } from "../../js/gallery/fixtures.js";

const ALL: AttentionChoices = { mergeWords: false, hideSpecial: false, segmentFilter: "all" };

function fixtureOf(tokens: WireTokens, bytes: Uint8Array) {
  return { name: "", tokens, nHeads: 1, causal: false, bytes: new Map([[0, bytes]]) };
}

function prepared(tokens: WireTokens, bytes: Uint8Array, choices: Partial<AttentionChoices>) {
  return attentionPreparer()(sourceOf(fixtureOf(tokens, bytes), [0]), { ...ALL, ...choices });
}

/** Random bytes, some of them unseen, a few of them NaN. */
function randomBytes(count: number, seed: number, nan = 0.02): Uint8Array {
  const random = randomFrom(seed);
  return Uint8Array.from({ length: count * count }, () => {
    const chance = random();
    if (chance < nan) return WEIGHT_NAN;
    return chance < 0.3 ? WEIGHT_UNSEEN : Math.floor(254 * random());
  });
}

const PAIR = tokensOf("[CLS] the un ##believ ##able cat [SEP] | she is ly ##ing [SEP]".split(" "));

describe("prepare", () => {
  it("leaves tokens as they are when nothing is chosen", () => {
    const bytes = randomBytes(12, 1);
    const { data, hiddenShare } = prepared(PAIR, bytes, {});
    expect(data.queries.labels[3]).toBe("believ");
    expect(data.queries.spans[3]).toEqual([3, 4]);
    expect([...data.heads[0]!.values]).toEqual([...bytes].map((byte) => WEIGHT_OF_BYTE[byte]!));
    expect(hiddenShare).toBe(0);
  });

  it("joins the pieces of words, and never words of two texts", () => {
    const { data } = prepared(PAIR, randomBytes(12, 1), { mergeWords: true });
    expect(data.keys.labels).toEqual([
      "[CLS]",
      "the",
      "unbelievable",
      "cat",
      "[SEP]",
      "she",
      "is",
      "lying",
      "[SEP]",
    ]);
    expect(data.keys.spans[2]).toEqual([2, 5]);
    const meeting = tokensOf(["one", "|", "two"]);
    expect(prepared(meeting, randomBytes(2, 1), { mergeWords: true }).data.keys.labels).toEqual([
      "one",
      "two",
    ]);
  });

  it.each([1, 2, 3, 4])("averages queries and sums keys, as a naive loop does (seed %i)", (seed) => {
    const bytes = randomBytes(12, seed);
    const { data } = prepared(PAIR, bytes, { mergeWords: true, hideSpecial: true });
    const { queries, keys, heads } = data;
    expect(keys.labels).toEqual(["the", "unbelievable", "cat", "she", "is", "lying"]);
    queries.spans.forEach(([q0, q1], row) => {
      keys.spans.forEach(([k0, k1], column) => {
        let sum = 0;
        let seen = 0;
        for (let q = q0; q < q1; q++) {
          for (let k = k0; k < k1; k++) {
            const weight = WEIGHT_OF_BYTE[bytes[q * 12 + k]!]!;
            if (weight !== UNSEEN) {
              sum += weight;
              seen++;
            }
          }
        }
        const expected = seen === 0 ? UNSEEN : sum / (q1 - q0);
        const actual = heads[0]!.values[row * keys.labels.length + column]!;
        if (Number.isNaN(expected)) expect(actual).toBeNaN();
        else expect(actual).toBeCloseTo(expected, 5);
      });
    });
  });

  it("keeps rows summing to one when words are merged, under a causal mask too", () => {
    const count = 5;
    const tokens = tokensOf(["a", "b", "##c", "##d", "e"]);
    const bytes = new Uint8Array(count * count).fill(WEIGHT_UNSEEN);
    for (let q = 0; q < count; q++) {
      for (let k = 0; k <= q; k++) bytes[q * count + k] = Math.round(253 * Math.sqrt(1 / (q + 1)));
    }
    const { data } = prepared(tokens, bytes, { mergeWords: true });
    const { values } = data.heads[0]!;
    expect(values[1]).toBe(UNSEEN);
    for (const row of [0, 1, 2]) {
      const seen = [...values.subarray(3 * row, 3 * row + 3)].filter((weight) => weight !== UNSEEN);
      expect(seen.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 1);
    }
  });

  it("says how much of the weight is hidden", () => {
    const tokens = tokensOf(["[CLS]", "a", "b"]);
    const weights = [0.5, 0.25, 0.25, 0.8, 0.1, 0.1, 0.6, 0.2, 0.2];
    const bytes = Uint8Array.from(weights, (weight) => Math.round(253 * Math.sqrt(weight)));
    const { data, hiddenShare } = prepared(tokens, bytes, { hideSpecial: true });
    expect(data.queries.labels).toEqual(["a", "b"]);
    expect(hiddenShare).toBeCloseTo(0.7, 2);
  });

  it("filters by the segments of query and key", () => {
    const { data } = prepared(PAIR, randomBytes(12, 5), { segmentFilter: "AB" });
    expect(data.queries.labels).toEqual(["the", "un", "believ", "able", "cat"]);
    expect(data.keys.labels).toEqual(["she", "is", "ly", "ing"]);
  });

  it("names heads that are on their way, and prepares a head once", () => {
    const bytes = randomBytes(12, 6);
    const prepare = attentionPreparer();
    const made = { ...fixtureOf(PAIR, bytes), nHeads: 3 };
    const merged = { ...ALL, mergeWords: true };
    const first = prepare(sourceOf(made, [0, 2]), merged).data;
    const second = prepare(sourceOf(made, [0]), merged).data;
    expect(first.pending).toEqual([2]);
    expect(second.heads[0]!.values).toBe(first.heads[0]!.values);
    expect(second.queries).toBe(first.queries);
  });

  it("refuses a head of another size", () => {
    expect(() => prepared(PAIR, new Uint8Array(4), {})).toThrow("12 queries x 12 keys");
  });
});

describe("meanOverHeads", () => {
  const head = (...values: number[]) => ({ head: 0, values: Float32Array.from(values) });

  it("is over the heads that can see, and NaN with any NaN", () => {
    const mean = meanOverHeads([head(0.2, UNSEEN, UNSEEN, Number.NaN), head(0.4, 0.5, UNSEEN, 0.1)])!;
    expect(mean[0]).toBeCloseTo(0.3, 6);
    expect(mean[1]).toBeCloseTo(0.5, 6);
    expect(mean[2]).toBe(UNSEEN);
    expect(mean[3]).toBeNaN();
  });

  it("is nothing of no heads, and the head itself of one", () => {
    const one = head(0.1);
    expect(meanOverHeads([])).toBeNull();
    expect(meanOverHeads([one])).toBe(one.values);
  });
});

describe("labelOf", () => {
  it("shows what could not be seen", () => {
    expect([" cat", "\n", "  ", "", "a\tb"].map(labelOf)).toEqual(["cat", "↵", "␣␣", "∅", "a⇥b"]);
  });
});
