import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AttentionPayload, KindMeta, ThumbnailsRequest, WireArray } from "../../js/contract.js";
import { meanLevels } from "../../js/core/cells.js";
import { findSpans } from "../../js/core/find.js";
import { holds, partAround, partBy, partFrom, samePart } from "../../js/core/part.js";
import { type AttentionSource, attentionPreparer } from "../../js/core/prepare.js";
import { ThumbnailStore } from "../../js/widgets/thumbnail_store.js";

const COUNTS = { query: 1000, key: 1000 };
const PART = { query: [100, 200], key: [0, 100] } as { query: [number, number]; key: [number, number] };

describe("a search", () => {
  it("finds words that tokens share, in any case", () => {
    expect(findSpans(["The", " film", " was", " un", "want", "ed"], "UNWANTED")).toEqual([[3, 6]]);
    expect(findSpans(["a", "a", "a"], "a")).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
  });

  it("passes by tokens without text, and finds nothing in nothing", () => {
    expect(findSpans(["a", "", "b"], "b")).toEqual([[2, 3]]);
    expect(findSpans(["a"], "  ")).toEqual([]);
    expect(findSpans([], "a")).toEqual([]);
  });
});

describe("a part", () => {
  it("stays within the text, and keeps its length", () => {
    expect(partFrom(PART, { query: -50, key: 5000 }, COUNTS)).toEqual({ query: [0, 100], key: [900, 1000] });
    expect(partBy(PART, { query: 0.5, key: 1 }, COUNTS)).toEqual({ query: [150, 250], key: [100, 200] });
    expect(samePart(partBy(PART, { query: 0, key: -1 }, COUNTS), PART)).toBe(true);
  });

  it("is put around a span on the sides that are named", () => {
    const around = partAround(PART, [500, 502], ["key"], COUNTS);
    expect(around).toEqual({ query: [100, 200], key: [451, 551] });
    expect(holds(around, "key", [500, 502])).toBe(true);
    expect(holds(around, "query", [500, 502])).toBe(false);
  });

  it("shows its own tokens by their place in the text, and says what goes elsewhere", () => {
    const text = ["a", "b", "c", "d"];
    const none = text.map(() => null);
    const tokens = { text, ids: [], pieces: text, offsets: none, words: none, special: [], segments: none };
    const source = {
      kind: "self",
      layer: 0,
      nHeads: 1,
      queries: { ...tokens, direction: "ltr" },
      keys: { ...tokens, direction: "ltr" },
      on: [0],
      part: { query: [1, 3], key: [2, 4] },
      // Half of each query's weight goes to keys of the part: 0.25 + 0.25.
      bytes: new Map([[0, Uint8Array.from([126, 127, 127, 126])]]),
    } as unknown as AttentionSource;
    const choices = { mergeWords: false, hideSpecial: false, segmentFilter: "all" } as const;
    const { data, outsideShare } = attentionPreparer()(source, choices);
    expect([data.queries.labels, data.keys.labels]).toEqual([
      ["b", "c"],
      ["c", "d"],
    ]);
    expect(data.queries.spans).toEqual([
      [1, 2],
      [2, 3],
    ]);
    expect(outsideShare).toBeCloseTo(0.5, 2);
    expect(attentionPreparer()({ ...source, part: null, bytes: new Map() }, choices).outsideShare).toBe(0);
  });
});

describe("the whole map in small", () => {
  it("is the mean of the heads that can see a cell", () => {
    const levels = Uint8Array.from([0, 100, 255, 50, 255, 255]);
    expect([...meanLevels(levels, 3, [0, 3])]).toEqual([25, 100, 255]);
    expect([...meanLevels(levels, 3, [])]).toEqual([255, 255, 255]);
  });
});

describe("thumbnails", () => {
  const kindMeta = { kind: "self", layers: [0, 1, 2], heads: [1, 1, 1] } as KindMeta;
  const array = (...levels: number[]): WireArray => ({
    dtype: "uint8",
    shape: [levels.length, 1, 1, 1],
    data: Uint8Array.from(levels),
  });
  const payload = (exact: boolean) =>
    ({
      meta: { run: 4, thumbnails: { self: { layers: [0, 1], exact } } },
      arrays: { "thumbnails/self": array(10, 20) },
    }) as unknown as AttentionPayload;
  let asked: ThumbnailsRequest[];
  let stop: AbortController;

  function store(answer: (request: ThumbnailsRequest) => Promise<WireArray>): ThumbnailStore {
    const fetch = (request: ThumbnailsRequest) => {
      asked.push(request);
      return answer(request);
    };
    return new ThumbnailStore(
      { fetch, decode: ({ data }) => data as Uint8Array, onChange: () => {} },
      stop.signal,
    );
  }

  beforeEach(() => {
    vi.useFakeTimers();
    asked = [];
    stop = new AbortController();
  });
  afterEach(() => {
    stop.abort();
    vi.useRealTimers();
  });

  it("asks for the layers that did not come, then for better ones, beginning where a person looks", async () => {
    const own = payload(false);
    const thumbnails = store(async ({ layers, exact }) =>
      array(...layers.map((layer) => layer + (exact ? 200 : 100))),
    );
    expect(thumbnails.want(own, kindMeta)).toMatchObject({ exact: 0, shape: [3, 1, 1, 1] });
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toEqual([]);
    for (let turn = 0; turn < 6; turn++) {
      thumbnails.improve(own, kindMeta, 1);
      await vi.advanceTimersByTimeAsync(200);
    }
    expect(asked.map(({ layers, exact }) => [layers, exact])).toEqual([
      [[2], false],
      [[1], true],
      [[0], true],
      [[2], true],
    ]);
    expect([...thumbnails.want(own, kindMeta)!.levels]).toEqual([200, 201, 202]);
    expect(thumbnails.want(own, kindMeta)!.exact).toBe(3);
  });

  it("leaves what is drawn where there is nobody to ask, and does not ask again", async () => {
    const own = payload(false);
    const thumbnails = store(() => Promise.reject(new Error("no kernel")));
    for (let turn = 0; turn < 4; turn++) {
      thumbnails.want(own, kindMeta);
      thumbnails.improve(own, kindMeta, 0);
      await vi.advanceTimersByTimeAsync(200);
    }
    expect(asked).toHaveLength(1);
    expect([...thumbnails.want(own, kindMeta)!.levels]).toEqual([10, 20, 0]);
    const other = payload(false);
    thumbnails.want(other, kindMeta);
    thumbnails.improve(other, kindMeta, 0);
    await vi.advanceTimersByTimeAsync(200);
    expect(asked).toHaveLength(2);
  });

  it("forgets a map that was replaced", () => {
    const thumbnails = store(() => new Promise(() => {}));
    thumbnails.want(payload(true), kindMeta);
    const next = payload(true);
    next.arrays["thumbnails/self"] = array(1, 2);
    expect([...thumbnails.want(next, kindMeta)!.levels]).toEqual([1, 2, 0]);
  });
});
