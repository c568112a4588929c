// @vitest-environment node
/** What Python writes into a page (tests/python/test_page.py), read by the page's own script. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { AttentionPayload, WireArray } from "../../js/contract.js";
import { decodeArray } from "../../js/core/codec.js";
import { CONTENT_VERSION, contentOf } from "../../js/page/content.js";
import { HeldHeads } from "../../js/page/held_heads.js";
import { bytesOfLetters } from "../../js/page/letters.js";
import { putThumbnails } from "../../js/page/pooled_heads.js";

interface Kept {
  shape: number[];
  data: string;
}

const golden: {
  letters: { data: string; letters: string }[];
  content: string;
  pooled: { heads: Kept; thumbnail: Kept };
} = JSON.parse(readFileSync("tests/contract/page.json", "utf8"));
const content = () => contentOf(golden.content);

test.each(golden.letters)("letters are the bytes that they were made of: $data", ({ data, letters }) => {
  expect(Buffer.from(bytesOfLetters(letters)).toString("base64")).toBe(data);
});

test.each(["3:ab", "x:ab", "ab", "1.5:abab", "13: !\n"])(
  "letters that are not whole are refused: %s",
  (text) => {
    expect(() => bytesOfLetters(text)).toThrow("is not complete");
  },
);

test("a letter that was never written is noticed", () => {
  const letters = golden.letters[3]?.letters as string;
  expect(() => bytesOfLetters(letters.replace(/:../, ':"a'))).toThrow("has been changed");
  expect(() => bytesOfLetters(letters.replace(/:../, ":é "))).toThrow("has been changed");
});

test("the program and the view state are there", async () => {
  const { esm, css, traits } = await content();
  expect([esm, css]).toEqual(["export default 1;", ".xai-root {}"]);
  expect([traits.kind, traits.layer, traits.heads]).toEqual(["encoder", 0, [0, 2]]);
});

test("the payload has its arrays, and says how exact its weights are", async () => {
  const { payload } = (await content()).traits as unknown as {
    payload: { meta: { source: string }; arrays: Record<string, never> };
  };
  expect(Object.keys(payload.arrays)).toEqual(["thumbnails/encoder", "thumbnails/decoder"]);
  expect(decodeArray(payload.arrays["thumbnails/encoder"] as never, "uint8").length).toBe(2 * 3 * 7 * 7);
  expect(payload.meta.source).toBe("weights as they were given; kept as one byte each, within 0.004.");
});

test("answers have the arrays that Python put there; weights come back as float32", async () => {
  const [heads, row, scores] = (await content()).answers;
  expect(heads?.request).toEqual({ what: "heads", kind: "encoder", layer: 0, heads: [2] });
  expect(Array.from(decodeArray(heads?.arrays[0] as never, "uint8"))).toEqual(
    Array.from({ length: 49 }, (_, i) => i),
  );
  const [quarter, missing, one] = decodeArray(row?.arrays[0] as never, "float32");
  expect(Math.abs((quarter as number) - 0.25)).toBeLessThan(0.004);
  expect(missing).toBeNaN();
  expect(one).toBe(1);
  expect(Array.from(decodeArray(scores?.arrays[0] as never, "float32"))).toEqual([1.5, -2]);
  expect(Array.from(decodeArray(scores?.arrays[1] as never, "int32"))).toEqual([7, -7]);
});

test("thumbnails of heads that are all there are made as Python makes them", () => {
  const { heads, thumbnail } = golden.pooled;
  const array: WireArray = { dtype: "uint8", shape: heads.shape, data: Buffer.from(heads.data, "base64") };
  const tokens = (count: number) => ({ text: Array(count).fill("t") });
  const payload = {
    meta: {
      kinds: [{ kind: "cross", layers: [3], heads: [1], queries: "target", keys: "source" }],
      thumbnails: {},
    },
    tokens: { target: tokens(40), source: tokens(37) },
    arrays: {},
  } as unknown as AttentionPayload;
  const request = { what: "heads", kind: "cross", layer: 3, heads: [0] };
  putThumbnails(payload, new HeldHeads(payload, [{ request, arrays: [array] }]));
  const made = payload.arrays["thumbnails/cross"] as WireArray;
  expect(made.shape).toEqual([1, ...thumbnail.shape]);
  expect(Buffer.from(decodeArray(made, "uint8")).toString("base64")).toBe(thumbnail.data);
  expect(payload.meta.thumbnails.cross).toEqual({ layers: [3], exact: true });
});

test("what a newer version kept is refused in words", async () => {
  const newer = golden.content.replace(/^1:/, `${CONTENT_VERSION + 1}:`);
  await expect(contentOf(newer)).rejects.toThrow(
    "kept by a newer xai_widgets (format 2; this one reads up to 1)",
  );
});

test("what is no content at all is refused", async () => {
  await expect(contentOf("")).rejects.toThrow();
  await expect(contentOf("1:4:abcdef")).rejects.toThrow();
});
