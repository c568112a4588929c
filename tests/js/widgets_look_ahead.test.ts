import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AttentionState } from "../../js/widgets/attention_state.js";
import type { HeadStore, Wanted } from "../../js/widgets/head_store.js";
import { LookAhead } from "../../js/widgets/look_ahead.js";

const payload = {};
const at = (layer: number, changes: object = {}) =>
  ({
    payload,
    kind: "self",
    kindMeta: { layers: [0, 1, 2, 4], heads: [2, 2, 1, 2] },
    layer,
    heads: [0, 1],
    part: null,
    meta: { run: 1 },
    ...changes,
  }) as unknown as AttentionState;
const held = (...lengths: number[]) => ({
  bytes: new Map(lengths.map((length, head) => [head, new Uint8Array(length)])),
  pending: [],
  failed: null,
});
const SHORT = held(128 * 128, 128 * 128);
const LONG = held(512 * 512, 512 * 512);

let asked: [layer: number, heads: number[]][];
let ahead: LookAhead;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  const store = { ahead: ({ layer, heads }: Wanted) => asked.push([layer, heads]) };
  ahead = new LookAhead(store as unknown as HeadStore);
});
afterEach(() => vi.useRealTimers());

describe("LookAhead", () => {
  it("brings the second layer of a short text with the first", () => {
    ahead.follow(at(0), SHORT);
    expect(asked).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(asked).toEqual([[1, [0, 1]]]);
  });

  it("does the same for another text and for another kind", () => {
    for (const other of [{}, { payload: {} }, { payload: {}, kind: "cross" }]) {
      ahead.follow(at(0, other), SHORT);
      vi.advanceTimersByTime(200);
    }
    expect(asked).toEqual(Array(3).fill([1, [0, 1]]));
  });

  it("leaves a long text until somebody goes from layer to layer", () => {
    ahead.follow(at(0), LONG);
    vi.advanceTimersByTime(200);
    expect(asked).toEqual([]);
    ahead.follow(at(1), LONG);
    vi.advanceTimersByTime(200);
    expect(asked).toEqual([[2, [0]]]);
  });

  it("goes on in the direction of the steps, to layers and heads that exist", () => {
    for (const layer of [4, 2, 4]) {
      ahead.follow(at(layer), LONG);
      vi.advanceTimersByTime(200);
    }
    expect(asked).toEqual([[1, [0, 1]]]);
  });

  it("asks once for steps in quick succession, and not for what was left", () => {
    for (const layer of [0, 1, 2]) {
      ahead.follow(at(layer), LONG);
      vi.advanceTimersByTime(50);
    }
    vi.advanceTimersByTime(200);
    expect(asked).toEqual([[4, [0, 1]]]);
    ahead.follow(at(1), LONG);
    ahead.rest();
    vi.advanceTimersByTime(200);
    expect(asked).toHaveLength(1);
  });

  it("stays where nothing but the drawing was new, and where weights are still to come", () => {
    ahead.follow(at(1), { ...SHORT, pending: [0] });
    ahead.follow(at(1), LONG);
    ahead.follow(at(1), LONG);
    vi.advanceTimersByTime(200);
    expect(asked).toEqual([]);
  });
});
