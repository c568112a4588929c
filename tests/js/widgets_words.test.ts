import { describe, expect, it, vi } from "vitest";
import type { CellRequest } from "../../js/contract.js";
import type { AttentionData } from "../../js/views/attention_data.js";
import { ExactValues, POINTING_DELAY } from "../../js/widgets/exact_values.js";
import { pinnedRows, pinnedTokens, togglePin } from "../../js/widgets/pins.js";
import { headWords, readoutWords, weightWords } from "../../js/widgets/readout_words.js";

function axis(labels: string[], spans = labels.map((_, index): [number, number] => [index, index + 1])) {
  return {
    labels,
    spans,
    special: labels.map(() => false),
    segments: labels.map(() => 0),
    direction: "ltr" as const,
  };
}

const data: AttentionData = {
  kind: "self",
  layer: 3,
  nHeads: 12,
  queries: axis(["cat", "mat"]),
  keys: axis(["cat", "mat"]),
  heads: [
    { head: 2, values: Float32Array.of(0.25, -1, 0.5, Number.NaN) },
    { head: 5, values: Float32Array.of(0.75, -1, 0.5, 0.5) },
  ],
  pending: [],
};

describe("words", () => {
  it.each([
    [[], "no head"],
    [[5], "head 5"],
    [[0, 3], "mean of heads 0, 3"],
    [[0, 1, 2, 3, 4], "mean of 5 heads"],
    [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], "mean of all 12 heads"],
  ])("names heads %j", (heads, words) => expect(headWords(heads, 12)).toBe(words));

  it.each([
    [0.41324, true, "0.4132"],
    [0.41324, false, "≈ 0.41"],
    [0.0000123, true, "1.2e-5"],
    [0, true, "0.0000"],
    [-1, true, "cannot see (masked)"],
    [Number.NaN, false, "not a number"],
  ])("says %d (exact: %s) as %s", (value, exact, words) => expect(weightWords({ value, exact })).toBe(words));

  it("says a pair, first as drawn and then exactly", () => {
    const one = { ...data, heads: data.heads.slice(1) };
    const before = readoutWords(one, { query: 1, key: 0 }, null);
    expect([before.subject, before.value, before.where]).toEqual(["mat → cat", "≈ 0.50", "layer 3, head 5"]);
    expect(readoutWords(one, { query: 1, key: 0 }, 0.4987).value).toBe("0.4987");
  });

  it("goes from query to key also where the text runs from right to left", () => {
    const rtl = { ...data, queries: axis(["حصان", "قط"]), keys: axis(["حصان", "قط"]) };
    expect(readoutWords(rtl, { query: 1, key: 0 }, 0.5).subject).toBe("\u2068قط\u2069 → \u2068حصان\u2069");
    expect(readoutWords(rtl, { query: 1, key: null }, null).value).toContain("\u2068حصان\u2069 0.50");
  });

  it("says what cannot be seen, and what is not a number", () => {
    expect(readoutWords(data, { query: 0, key: 1 }, Number.NaN).value).toBe("cannot see (masked)");
    expect(readoutWords(data, { query: 1, key: 1 }, null).value).toBe("not a number");
  });

  it("says the strongest partners of a token on either side", () => {
    expect(readoutWords(data, { query: 0, key: null }, null)).toMatchObject({
      subject: "cat looks at",
      value: "cat 0.50",
    });
    expect(readoutWords(data, { query: null, key: 0 }, null)).toMatchObject({
      subject: "cat is looked at by",
      value: "cat 0.50, mat 0.50",
    });
  });
});

describe("pins", () => {
  const merged = {
    ...data,
    queries: axis(
      ["play", "ing", "cards"],
      [
        [1, 3],
        [3, 4],
        [5, 8],
      ],
    ),
  };

  it("goes from rows to tokens and back, over merged words and hidden tokens", () => {
    const tokens = pinnedTokens({ side: "query", start: 1, stop: 3 }, merged);
    expect(tokens).toEqual({ side: "query", start: 3, stop: 8 });
    expect(pinnedRows([tokens ?? { side: "query", start: 0, stop: 0 }], merged)).toEqual([
      { side: "query", start: 1, stop: 3 },
    ]);
    expect(pinnedRows([{ side: "query", start: 2, stop: 3 }], merged)).toEqual([
      { side: "query", start: 0, stop: 1 },
    ]);
    expect(pinnedRows([{ side: "query", start: 4, stop: 5 }], merged)).toEqual([]);
    expect(pinnedTokens({ side: "query", start: 7, stop: 9 }, merged)).toBeNull();
  });

  it("pins last what is pinned, and unpins it again", () => {
    const [a, b] = [
      { side: "query", start: 0, stop: 1 },
      { side: "key", start: 0, stop: 1 },
    ] as const;
    expect(togglePin([a], b, data)).toEqual([a, b]);
    expect(togglePin([a, b], { ...a }, data)).toEqual([b]);
    expect(togglePin([a], { side: "key", start: 7, stop: 8 }, data)).toEqual([a]);
  });

  it("unpins by what is shown, also where the pin reaches over hidden tokens", () => {
    const pin = { side: "query", start: 0, stop: 5 } as const;
    const [rows] = pinnedRows([pin], merged);
    expect(rows).toEqual({ side: "query", start: 0, stop: 2 });
    expect(togglePin([pin], rows ?? pin, merged)).toEqual([]);
  });
});

describe("ExactValues", () => {
  const request: CellRequest = {
    what: "cell",
    run: 1,
    kind: "self",
    layer: 0,
    heads: [0, 1],
    query: [0, 1],
    key: [0, 1],
  };

  it("asks when the pointer rests, once, and remembers", async () => {
    vi.useFakeTimers();
    const fetch = vi.fn(async (_: CellRequest) => Float32Array.of(0.25, 0.75));
    const changed = vi.fn();
    const exact = new ExactValues(fetch, changed, new AbortController().signal);
    expect(exact.point({ ...request, key: [5, 6] })).toBeNull();
    vi.advanceTimersByTime(POINTING_DELAY / 2);
    expect(exact.point(request)).toBeNull();
    exact.point(request);
    await vi.advanceTimersByTimeAsync(POINTING_DELAY + 1);
    expect(fetch.mock.calls).toEqual([[request]]);
    expect(changed).toHaveBeenCalledTimes(1);
    expect(exact.point(request)).toBe(0.5);
    exact.point(null);
    expect(exact.point({ ...request })).toBe(0.5);
    await vi.advanceTimersByTimeAsync(POINTING_DELAY + 1);
    expect(fetch).toHaveBeenCalledTimes(1);
    vi.useRealTimers();
  });

  it("asks for nothing after its view ended, and not again for what failed", async () => {
    const controller = new AbortController();
    const fetch = vi.fn(async (): Promise<Float32Array> => {
      throw new Error("no kernel");
    });
    const exact = new ExactValues(fetch, () => {}, controller.signal);
    exact.get(request);
    await Promise.resolve();
    exact.get(request);
    expect(fetch).toHaveBeenCalledTimes(1);
    exact.point({ ...request, layer: 1 });
    controller.abort();
    await new Promise((resolve) => setTimeout(resolve, POINTING_DELAY + 20));
    expect(fetch).toHaveBeenCalledTimes(1);
  });
});
