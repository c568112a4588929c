import { describe, expect, it } from "vitest";
import type { AttentionPayload, HeadsRequest, WireArray } from "../../js/contract.js";
import { attentionHolding } from "../../js/page/attention_holding.js";
import type { Answer } from "../../js/page/content.js";

const LENGTH = 6;
const text = Array.from({ length: LENGTH }, (_, position) => `t${position}`);
const payload = {
  meta: {
    kinds: [{ kind: "self", layers: [0, 1], heads: [1, 1], queries: "text", keys: "text" }],
    thumbnails: {},
  },
  tokens: { text: { text } },
  arrays: {},
} as unknown as AttentionPayload;

/** A head whose byte at (query, key) is ten times the query plus the key. */
function kept(layer: number, part?: HeadsRequest["part"]): Answer {
  const { query, key } = part ?? { query: [0, LENGTH], key: [0, LENGTH] };
  const data: number[] = [];
  for (let row = query[0]; row < query[1]; row++)
    for (let column = key[0]; column < key[1]; column++) data.push(10 * row + column);
  const shape = [1, query[1] - query[0], key[1] - key[0]];
  const request = { what: "heads", kind: "self", layer, heads: [0], ...(part ? { part } : {}) };
  return { request, arrays: [{ dtype: "uint8", shape, data: Uint8Array.from(data) }] } as unknown as Answer;
}

const holding = (...answers: Answer[]) => attentionHolding(payload, answers, () => "no", "Run the cell.");
const ask = (part: NonNullable<HeadsRequest["part"]>, layer = 0): HeadsRequest => ({
  what: "heads",
  run: 1,
  kind: "self",
  layer,
  heads: [0],
  part,
});

describe("parts of a long text in a file", () => {
  it("are cut from a head that was kept whole", () => {
    const answer = holding(kept(0)).answer(ask({ query: [2, 4], key: [1, 4] })) as WireArray[];
    expect(answer[0]!.shape).toEqual([1, 2, 3]);
    expect([...(answer[0]!.data as Uint8Array)]).toEqual([21, 22, 23, 31, 32, 33]);
  });

  it("are cut from any piece that holds them", () => {
    const pieces = holding(kept(0, { query: [0, 2], key: [0, 2] }), kept(0, { query: [2, 6], key: [2, 6] }));
    const answer = pieces.answer(ask({ query: [3, 5], key: [4, 6] })) as WireArray[];
    expect([...(answer[0]!.data as Uint8Array)]).toEqual([34, 35, 44, 45]);
  });

  it("that were not kept are not gone to, and the file says so", () => {
    const part = { query: [0, 2], key: [0, 2] } as const;
    const before = { kind: "self", layer: 0, heads: [0], part };
    const { traits, refused } = holding(kept(0, { query: [0, 2], key: [0, 2] })).admit(before, {
      ...before,
      part: { query: [2, 4], key: [2, 4] },
    });
    expect(traits.part).toEqual(part);
    expect(refused).toContain("This part of the text was not kept. Run the cell.");
  });

  it("of another layer are those that were kept of it", () => {
    const there = { query: [2, 6], key: [2, 6] } as { query: [number, number]; key: [number, number] };
    const held = holding(kept(0, { query: [0, 2], key: [0, 2] }), kept(1, there));
    const before = { kind: "self", layer: 0, heads: [0], part: { query: [0, 2], key: [0, 2] } };
    expect(held.admit(before, { ...before, layer: 1 }).traits).toMatchObject({ layer: 1, part: there });
  });
});
