import { describe, expect, it } from "vitest";
import type { WireBeam } from "../../js/contract.js";
import { planAxis } from "../../js/core/axes.js";
import { beamLayout, beamPath } from "../../js/core/beam_layout.js";
import { cellsOf, scoreCells, unseenCells } from "../../js/core/cells.js";
import { CodecError } from "../../js/core/codec.js";
import { meanRow, wordMatrix } from "../../js/core/word_matrix.js";
import { tokens } from "../../js/gallery/widget_scenes.js";

const steps = tokens("le chat +on dort _</s>");
const positions = tokens("_[CLS] the kitt +en sleeps");
const NOT = Number.NaN;
// prettier-ignore
const scores = Float32Array.from([
  0.1,
  0.5,
  0.2,
  0.1,
  0.1,
  0.2,
  0.1,
  0.4,
  0.2,
  0.1,
  0.1,
  0.1,
  0.1,
  0.6,
  0.1,
  NOT,
  NOT,
  NOT,
  NOT,
  NOT,
  0.3,
  NOT,
  0.3,
  NOT,
  0.4,
]);

function matrix(mergeWords: boolean, hideSpecial: boolean) {
  const choices = { mergeWords, hideSpecial };
  return wordMatrix(scores, planAxis(steps, choices, null), planAxis(positions, choices, null));
}

const rounded = (row: Float32Array | undefined) => [...(row ?? [])].map((score) => Number(score.toFixed(4)));

describe("a matrix of words", () => {
  it("is the scores themselves where every token is a row", () => {
    const { rows, hiddenShare } = matrix(false, false);
    expect(rows.flatMap((row) => [...row])).toEqual([...scores]);
    expect(hiddenShare).toBe(0);
  });

  it("is the mean over a word's steps of the sum over the other's positions", () => {
    const { rows } = matrix(true, false);
    expect(rows).toHaveLength(4);
    expect(rounded(rows[0])).toEqual([0.1, 0.5, 0.3, 0.1]);
    // "chaton": the mean of 0.4 + 0.2 and 0.1 + 0.6.
    expect(rounded(rows[1])).toEqual([0.15, 0.1, 0.65, 0.1]);
  });

  it("leaves out what cannot be seen, and is nothing where nothing can", () => {
    const { rows } = matrix(true, false);
    expect(rounded(rows[2])).toEqual([NOT, NOT, NOT, NOT]);
    expect(rounded(rows[3])).toEqual([0.3, NOT, 0.3, 0.4]);
  });

  it("says what share is in columns that are hidden", () => {
    const { rows, hiddenShare } = matrix(false, true);
    expect(rows.map((row) => row.length)).toEqual([4, 4, 4, 4]);
    // Of the four rows on show: 0.1 + 0.2 + 0.1 of 3.
    expect(hiddenShare).toBeCloseTo(0.4 / 3, 5);
  });

  it("refuses scores that are not of these texts", () => {
    const plan = planAxis(steps, { mergeWords: false, hideSpecial: false }, null);
    expect(() => wordMatrix(scores.slice(1), plan, plan)).toThrow(CodecError);
  });

  it("has a mean over rows, of those that can see", () => {
    const rows = [Float32Array.from([1, NOT, 3]), Float32Array.from([2, NOT, NOT])];
    expect([...meanRow(rows, 3)]).toEqual([1.5, NOT, 3]);
  });
});

describe("cells of scores", () => {
  it("cannot be seen where there is no number", () => {
    const cells = unseenCells(scoreCells([Float32Array.from([1, NOT])], 2, 1));
    expect([cells.hasNaN, cells.hasUnseen, cells.levels[1]]).toEqual([false, true, 255]);
    const whole = cellsOf(Float32Array.from([0.5, 1]), 2, 0);
    expect(unseenCells(whole)).toBe(whole);
  });
});

describe("the layout of a tree of beams", () => {
  const node = (parent: number | null, step: number, score: number): WireBeam => ({
    parent,
    step,
    id: 0,
    text: "",
    log_prob: 0,
    score,
    final: null,
    state: "kept",
  });
  const nodes = [node(null, 0, -2), node(null, 0, -1), node(1, 1, -3), node(0, 1, -2.5), node(1, 1, -1.5)];

  it("has a column a step, the best on top", () => {
    const layout = beamLayout(nodes);
    expect(layout.columns).toEqual([
      [1, 0],
      [4, 3, 2],
    ]);
    expect([...layout.row]).toEqual([1, 0, 2, 1, 0]);
    expect(layout.children).toEqual([[3], [4, 2], [], [], []]);
    expect(layout.rows).toBe(3);
  });

  it("is empty without nodes, and has empty columns where a step has none", () => {
    expect(beamLayout([]).rows).toBe(0);
    expect(beamLayout([node(null, 2, 0)]).columns).toEqual([[], [], [0]]);
  });

  it("knows the way from the first token to a node", () => {
    expect(beamPath(nodes, 2)).toEqual([1, 2]);
    expect(beamPath(nodes, 0)).toEqual([0]);
  });
});
