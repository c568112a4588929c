/** The golden payload that Python writes (tests/python/test_contract.py), read with the codec that the widgets use. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  type AttentionPayload,
  WEIGHT_NAN,
  WEIGHT_UNSEEN,
  WIRE_VERSION,
  type WireArray,
} from "../../js/contract.js";
import { decodeArray, decodeWeights, UNSEEN } from "../../js/core/codec.js";
import { viewed } from "./golden.js";

interface Golden {
  payload: AttentionPayload;
  heads: WireArray;
  cell: WireArray;
  expected: { heads: (number | null)[][]; unseen: boolean[][]; cell: number[] };
}

const golden: Golden = JSON.parse(readFileSync("tests/contract/attention.json", "utf8"), (key, value) =>
  key === "data" ? viewed(value) : value,
);

test("the payload is of the version that is spoken here", () => {
  expect(golden.payload.v).toBe(WIRE_VERSION);
  expect(golden.payload.kind).toBe("attention");
});

test("every kind's tokens and thumbnails are there, in the shape that its meta says", () => {
  for (const { kind, layers, heads, queries, keys } of golden.payload.meta.kinds) {
    const n = golden.payload.tokens[queries]?.text.length ?? 0;
    const m = golden.payload.tokens[keys]?.text.length ?? 0;
    const thumbnails = golden.payload.arrays[`thumbnails/${kind}`];
    expect(thumbnails?.shape).toEqual([layers.length, Math.max(...heads), n, m]);
    expect(decodeArray(thumbnails as WireArray, "uint8").length).toBe(
      layers.length * Math.max(...heads) * n * m,
    );
  }
});

test("a layer with fewer heads is padded with bytes that are no weight", () => {
  const encoder = golden.payload.arrays["thumbnails/encoder"] as WireArray;
  const bytes = decodeArray(encoder, "uint8");
  const head = bytes.length / 6;
  expect(golden.payload.meta.kinds[0]?.heads).toEqual([3, 2]);
  expect(new Set(bytes.slice(5 * head))).toEqual(new Set([WEIGHT_NAN]));
});

test("what is looked at first is in the payload, with the weight that is not a number", () => {
  const { initial } = golden.payload.meta;
  const heads = golden.payload.arrays.heads as WireArray;
  expect(heads.shape).toEqual([initial.heads.length, 7, 7]);
  const weights = decodeWeights(decodeArray(heads, "uint8"));
  const missing = Array.from(weights, Number.isNaN);
  expect(missing.filter(Boolean).length).toBe(1);
  expect(missing.indexOf(true)).toBe(49 + 4 * 7 + 1);
});

test("decoded weights are what Python computed without the bytes; what cannot be seen is not zero", () => {
  const bytes = decodeArray(golden.heads, "uint8");
  const weights = decodeWeights(bytes);
  golden.expected.unseen.flat().forEach((unseen, i) => {
    expect(bytes[i] === WEIGHT_UNSEEN).toBe(unseen);
    if (unseen) expect(weights[i]).toBe(UNSEEN);
    else
      expect(Math.abs((weights[i] as number) - (golden.expected.heads.flat()[i] as number))).toBeLessThan(
        0.005,
      );
  });
});

test("exact values arrive as float32 from an unaligned view", () => {
  const values = Array.from(decodeArray(golden.cell, "float32"));
  expect(values).toEqual(golden.expected.cell);
});
