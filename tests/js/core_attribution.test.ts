import { describe, expect, it } from "vitest";
import { planAxis } from "../../js/core/axes.js";
import { poolCells, scoreCells } from "../../js/core/cells.js";
import { contrast, distance, parseColour, type Rgb } from "../../js/core/colour.js";
import { percent, plain, signed } from "../../js/core/numbers.js";
import { SCORE_ZERO, scoreColour, scoreLevel, scoreRamp, textOn } from "../../js/core/score_ramp.js";
import { strongestScore, sumRows } from "../../js/core/scores.js";
import { waterfall } from "../../js/core/waterfall.js";
import { randomFrom } from "../../js/gallery/fixtures.js";
import { tokens } from "../../js/gallery/widget_scenes.js";
import { simulated } from "./colour_vision.js";

/** Grounds and text colours of the hosts and of the widget itself. */
const PAGES: { dark: boolean; ground: Rgb; text: string }[] = [
  { dark: false, ground: [255, 255, 255], text: "#1c1e21" },
  { dark: false, ground: [248, 248, 248], text: "#616161" },
  { dark: true, ground: [23, 25, 28], text: "#e6e8eb" },
  { dark: true, ground: [17, 17, 17], text: "#ffffff" },
  { dark: true, ground: [36, 36, 36], text: "#cccccc" },
];
const SCORES = Array.from({ length: 41 }, (_, i) => (i - 20) / 20);

describe("colours of scores", () => {
  it.each(PAGES)("can be written on at every level (dark: $dark, text $text)", ({ dark, ground, text }) => {
    for (const both of [true, false]) {
      const ramp = scoreRamp(ground, dark, both);
      for (const score of SCORES) {
        const colour = scoreColour(ramp, score, 1);
        const ink = parseColour(textOn(colour, text)) as Rgb;
        expect(contrast(ink, colour), `${score} on ${colour}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it.each(PAGES)("have the page itself for zero, and ends that every eye tells apart", ({ dark, ground }) => {
    const ramp = scoreRamp(ground, dark, true);
    expect(distance(scoreColour(ramp, 0, 1), ground)).toBeLessThan(0.005);
    for (const half of [0.5, 1]) {
      const [up, down] = [scoreColour(ramp, half, 1), scoreColour(ramp, -half, 1)];
      expect(distance(up, down)).toBeGreaterThan(0.1 * half);
      for (const seen of simulated(up).map((colour, i) => distance(colour, simulated(down)[i] as Rgb))) {
        expect(seen).toBeGreaterThan(0.1 * half);
      }
    }
    for (let level = 1; level < SCORE_ZERO; level++) {
      const step = (at: number) => distance(scoreColour(ramp, at / SCORE_ZERO, 1), ground);
      expect(step(level)).toBeGreaterThanOrEqual(step(level - 1) - 0.004);
    }
  });

  it("give scores without a sign a hue of their own", () => {
    const [own, raises] = [false, true].map((both) =>
      scoreColour(scoreRamp([255, 255, 255], false, both), 1, 1),
    );
    expect(distance(own as Rgb, raises as Rgb)).toBeGreaterThan(0.1);
  });

  it("have the full colour at the strongest score, and none where all are zero", () => {
    expect([scoreLevel(2, 2), scoreLevel(-2, 2), scoreLevel(9, 2), scoreLevel(0, 0)]).toEqual([
      2 * SCORE_ZERO,
      0,
      2 * SCORE_ZERO,
      SCORE_ZERO,
    ]);
  });

  it("keep the strongest score, of either sign, where cells are smaller than pixels", () => {
    const cells = scoreCells([Float32Array.of(0.1, -0.9, 0.2, 0), Float32Array.of(0, 0.3, 0, -0.1)], 4, 1);
    expect([...poolCells(cells, 2).levels]).toEqual([scoreLevel(-0.9, 1), scoreLevel(0.2, 1)]);
  });
});

describe("scores as rows", () => {
  const own = tokens("_[CLS] un +believ +able film _[SEP]");
  const scores = Float32Array.of(0.5, 1, -2, 0.25, 4, -0.125);

  it("sums the tokens of a word, so that all still add up", () => {
    const plan = planAxis(own, { mergeWords: true, hideSpecial: false }, null);
    const { steps, hidden } = sumRows(scores, 1, plan);
    expect([...(steps[0] as Float32Array)]).toEqual([0.5, -0.75, 4, -0.125]);
    expect(hidden).toEqual([0]);
  });

  it("says what the tokens that are not shown add up to, at every step", () => {
    const plan = planAxis(own, { mergeWords: false, hideSpecial: true }, null);
    const { steps, hidden } = sumRows(
      Float32Array.of(...scores, ...scores.map((score) => 2 * score)),
      2,
      plan,
    );
    expect(steps.map((row) => [...row])).toEqual([
      [1, -2, 0.25, 4],
      [2, -4, 0.5, 8],
    ]);
    expect(hidden).toEqual([0.375, 0.75]);
    expect(strongestScore(steps)).toBe(8);
  });

  it("refuses scores that are not one a token", () => {
    const plan = planAxis(own, { mergeWords: false, hideSpecial: false }, null);
    expect(() => sumRows(scores.slice(1), 1, plan)).toThrow("5 scores; 1 steps x 6 tokens");
  });
});

describe("the waterfall", () => {
  it("leads from the baseline to the value, whatever the numbers", () => {
    const random = randomFrom(3);
    for (let round = 0; round < 30; round++) {
      const rows = [0, 1].map(() => Float32Array.from({ length: 9 }, () => 4 * random() - 2));
      const [value, baseline] = [6 * random() - 3, random()];
      const hidden = round % 2 === 0 ? 0 : random() - 0.5;
      const sum = rows.flatMap((row) => [...row]).reduce((a, b) => a + b, 0);
      const steps = waterfall({ value, baseline, hidden, residual: value - baseline - sum - hidden }, rows);
      const [first, last, ...between] = [steps[0]!, steps.at(-1)!, ...steps.slice(1, -1)];
      expect([first.to, last.to]).toEqual([baseline, value]);
      expect(between[0]?.from).toBe(baseline);
      between.slice(1).forEach((step, i) => {
        expect(step.from).toBe(between[i]?.to);
      });
      expect(between.at(-1)?.to).toBeCloseTo(value, 6);
      expect(between.some(({ name }) => name === "hidden")).toBe(hidden !== 0);
    }
  });

  it("does not let a score that is not a number spoil the others", () => {
    const steps = waterfall({ value: 1, baseline: 0, hidden: 0, residual: Number.NaN }, [
      Float32Array.of(1, Number.NaN, -0.5),
    ]);
    expect(steps.slice(1, 3).map(({ to }) => to)).toEqual([1, 0.5]);
  });
});

describe("numbers as people read them", () => {
  it("have a true minus, a plus where asked, and digits to tell them apart", () => {
    expect([1.234, -0.5, 0, -0.00001, 123.456, 0.0123, -0.00821, 0.00025].map(signed)).toEqual([
      "+1.23",
      "−0.500",
      "0",
      "−1.0e-5",
      "+123.5",
      "+0.012",
      "−0.0082",
      "+0.00025",
    ]);
    expect(plain(Number.NaN)).toBe("not a number");
    expect([0.914, 0.0004, 1, 0].map(percent)).toEqual(["91.4%", "< 0.1%", "100%", "0.0%"]);
  });
});
