/** The golden payload of attributions that Python writes, read as the widget reads it. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type AttributionPayload, WIRE_VERSION } from "../../js/contract.js";
import { runOf, sideOf } from "../../js/widgets/attribution_scores.js";
import { viewed } from "./golden.js";

interface Golden {
  payload: AttributionPayload;
  expected: { scores: number[][]; residual: number[] };
}

const golden: Golden = JSON.parse(readFileSync("tests/contract/attribution.json", "utf8"), (key, value) =>
  key === "data" ? viewed(value) : value,
);
const { payload, expected } = golden;
const all = { mergeWords: false, hideSpecial: false };
const sides = payload.meta.sides.map(({ tokens, label }) => sideOf(payload, tokens, label, all));

test("the payload is of the version that is spoken here", () => {
  expect([payload.v, payload.kind]).toEqual([WIRE_VERSION, "attribution"]);
});

test("scores are what Python computed, for every step and side", () => {
  const { sides: rows } = runOf(payload.arrays, "scores/0", sides);
  expect(rows[0]?.steps.map((row) => [...row])).toEqual(expected.scores);
  expect(rows[1]?.steps.map((row) => row.length)).toEqual([3, 3]);
});

test("value, baseline, scores and residual add up in every run", () => {
  payload.meta.runs.forEach((run, index) => {
    const { sides: rows } = runOf(payload.arrays, `scores/${index}`, sides);
    run.value.forEach((value, step) => {
      const sum = rows.flatMap(({ steps }) => [...(steps[step] ?? [])]).reduce((a, b) => a + b, 0);
      expect((run.baseline_value[step] ?? 0) + sum + (run.residual[step] ?? 0)).toBeCloseTo(value, 5);
    });
  });
  expect(payload.meta.runs[0]?.residual).toEqual(expected.residual);
});

test("there is a candidate list for every step, and a token for every step", () => {
  const steps = payload.tokens[payload.meta.steps ?? ""];
  expect(payload.meta.candidates).toHaveLength(steps?.text.length ?? 0);
  expect(payload.meta.candidates[1]?.[0]?.probability).toBeNull();
});

test("what was shown before came with its tokens and scores", () => {
  const before = [sideOf(payload, "previous/0", "", all)];
  expect(runOf(payload.arrays, "previous", before).sides[0]?.steps[0]).toHaveLength(7);
});
