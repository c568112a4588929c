/** The golden payload of a translation that Python writes, read as the widget reads it. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type TranslationPayload, type TranslationTraits, WIRE_VERSION } from "../../js/contract.js";
import widget from "../../js/widgets/translation.js";
import { initialScores, stepScores } from "../../js/widgets/translation_scores.js";
import { viewed } from "./golden.js";
import { FakeModel } from "./widgets_model.js";

interface Golden {
  payload: TranslationPayload;
  expected: { source: number[][]; target: (number | null)[][]; links: number[][]; error_rate: number };
}

const golden: Golden = JSON.parse(readFileSync("tests/contract/translation.json", "utf8"), (key, value) =>
  key === "data" ? viewed(value) : value,
);
const { payload, expected } = golden;
const scores = stepScores(initialScores(payload));

function rows(values: Float32Array, columns: number): number[][] {
  return Array.from({ length: values.length / columns }, (_, row) => [
    ...values.slice(row * columns, (row + 1) * columns),
  ]);
}

test("the payload is of the version that is spoken here", () => {
  expect([payload.v, payload.kind]).toEqual([WIRE_VERSION, "translation"]);
});

test("scores of every step are what Python computed, and what cannot be seen is not a number", () => {
  const source = rows(scores.source, payload.tokens.source?.text.length ?? 0);
  expect(source.map((row) => row.map((score) => Number(score.toFixed(6))))).toEqual(expected.source);
  const target = rows(scores.target, payload.meta.steps.length);
  expect(
    target.map((row) => row.map((score) => (Number.isNaN(score) ? null : Number(score.toFixed(6))))),
  ).toEqual(expected.target);
});

test("the alignment and its error rate come with them", () => {
  expect(scores.links).toEqual(expected.links);
  expect(scores.errorRate).toBeCloseTo(expected.error_rate, 6);
});

test("every node of the tree of beams stands behind its parent, and every position has its word", () => {
  const { beams, words } = payload.meta;
  beams?.nodes.forEach(({ parent, step }, node) => {
    expect(parent ?? -1).toBeLessThan(node);
    expect(parent === null ? 0 : (beams.nodes[parent]?.step ?? -1) + 1).toBe(step);
  });
  expect(words.source_of).toHaveLength(payload.tokens.source?.text.length ?? 0);
  expect(words.target_of).toHaveLength(payload.meta.steps.length);
});

test("the widget shows it, whole", async () => {
  const host = document.createElement("div");
  document.body.replaceChildren(host);
  const controller = new AbortController();
  const { by, rows: row, align } = payload.meta.initial;
  const model = new FakeModel<TranslationTraits>({
    payload,
    error: "",
    progress: null,
    text: "",
    text_pair: "",
    forced: [],
    beam: null,
    step: 1,
    colours: [by],
    rows: row,
    align,
    layer: 0,
    head: 0,
    selection: [],
    presentation: ["text", "alignment", "steps", "beams", "maps"],
    merge_words: true,
    hide_special: false,
    theme: "light",
    group: "",
  });
  widget.render({ model, el: host, signal: controller.signal });
  expect(host.querySelector(".xai-failure-words")?.textContent).toBe("");
  expect([...host.querySelectorAll(".xai-pair .xai-chip")].map(({ textContent }) => textContent)).toEqual([
    "[CLS]",
    "unable",
    "<img src=x onerror=alert(1)>",
    "语",
    "مرحبا",
    "[SEP]",
    "le",
    "chat",
    "</s>",
  ]);
  expect(host.querySelector(".xai-alignment-words")?.textContent).toContain("error rate: 25.0%");
  expect(host.querySelectorAll(".xai-beam-body [role=treeitem]")).toHaveLength(6);
  expect(host.querySelector("img, b")).toBeNull();
  controller.abort();
});
