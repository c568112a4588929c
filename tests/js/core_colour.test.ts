import { describe, expect, it } from "vitest";
import {
  contrast,
  distance,
  inkOn,
  labToRgb,
  oklchToRgb,
  parseColour,
  type Rgb,
  rgbToLab,
  toHex,
} from "../../js/core/colour.js";
import { headColours } from "../../js/core/palette.js";
import { colourAt, weightRamp } from "../../js/core/ramp.js";
import { SEEN_BY, simulate } from "./colour_vision.js";

function nearest(colours: Rgb[]): number {
  let least = Number.POSITIVE_INFINITY;
  colours.forEach((a, i) => {
    for (const b of colours.slice(i + 1)) least = Math.min(least, distance(a, b));
  });
  return least;
}

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];

describe("colour", () => {
  it("knows WCAG's figures", () => {
    expect(contrast(WHITE, BLACK)).toBeCloseTo(21, 5);
    expect(contrast([118, 118, 118], WHITE)).toBeCloseTo(4.54, 2);
  });

  it("goes to OKLab and back", () => {
    for (const rgb of [WHITE, BLACK, [12, 200, 90], [255, 0, 0], [1, 2, 250]] as Rgb[]) {
      expect(labToRgb(rgbToLab(rgb))).toEqual(rgb);
    }
  });

  it("keeps lightness and hue where a chroma is beyond the screen", () => {
    const [lightness] = rgbToLab(oklchToRgb([0.6, 0.5, 150]));
    expect(lightness).toBeCloseTo(0.6, 1);
  });

  it("reads what browsers write, and refuses the rest", () => {
    expect(parseColour("#1a2b3c")).toEqual([26, 43, 60]);
    expect(parseColour("#fff")).toEqual([255, 255, 255]);
    expect(parseColour("rgb(1, 2, 3)")).toEqual([1, 2, 3]);
    expect(parseColour("rgba(1, 2, 3, 0.5)")).toEqual([1, 2, 3]);
    expect(parseColour("rgb(1 2 3 / 0.5)")).toEqual([1, 2, 3]);
    for (const text of ["rgba(0, 0, 0, 0)", "", "red", "#12345"]) expect(parseColour(text)).toBeNull();
  });
});

describe("headColours", () => {
  const grounds: [boolean, Rgb[]][] = [
    [false, [WHITE, [248, 248, 248]]],
    [
      true,
      [
        [17, 17, 17],
        [23, 25, 28],
        [36, 36, 36],
      ],
    ],
  ];

  it.each(grounds)("stands out from every ground (dark: %s)", (dark, backgrounds) => {
    for (const colour of headColours(64, dark)) {
      for (const background of backgrounds) {
        expect(contrast(parseColour(colour)!, background)).toBeGreaterThanOrEqual(3);
      }
    }
  });

  it.each([false, true])("gives a number on each colour enough contrast (dark: %s)", (dark) => {
    for (const colour of headColours(64, dark)) {
      expect(contrast(parseColour(colour)!, parseColour(inkOn(colour))!)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each([false, true])("tells twelve heads apart, whoever looks (dark: %s)", (dark) => {
    const colours = headColours(12, dark).map((colour) => parseColour(colour)!);
    expect(nearest(colours)).toBeGreaterThan(0.07);
    for (const matrix of Object.values(SEEN_BY)) {
      expect(nearest(colours.map((colour) => simulate(matrix, colour)))).toBeGreaterThan(0.055);
      expect(nearest(colours.slice(0, 4).map((colour) => simulate(matrix, colour)))).toBeGreaterThan(0.11);
    }
  });

  it.each([false, true])("gives sixty-four heads sixty-four colours (dark: %s)", (dark) => {
    const colours = headColours(64, dark);
    expect(new Set(colours).size).toBe(64);
    expect(nearest(colours.map((colour) => parseColour(colour)!))).toBeGreaterThan(0.01);
  });

  it("keeps a head's colour whatever others there are", () => {
    expect(headColours(64, false).slice(0, 5)).toEqual(headColours(5, false));
  });
});

describe("weightRamp", () => {
  const grounds: [boolean, Rgb][] = [
    [false, WHITE],
    [true, [17, 17, 17]],
  ];

  it.each(grounds)("begins with the page itself and ends far from it (dark: %s)", (dark, background) => {
    const ramp = weightRamp(background, dark);
    expect(toHex(colourAt(ramp, 0))).toBe(toHex(background));
    expect(contrast(colourAt(ramp, 1), background)).toBeGreaterThan(12);
  });

  it.each(grounds)("changes evenly, for colour-blind people too (dark: %s)", (dark, background) => {
    const ramp = weightRamp(background, dark);
    const at = (t: number) => colourAt(ramp, t ** 2);
    for (const see of [
      (rgb: Rgb) => rgb,
      ...Object.values(SEEN_BY).map((m) => (rgb: Rgb) => simulate(m, rgb)),
    ]) {
      const steps = Array.from({ length: 10 }, (_, i) => distance(see(at(i / 10)), see(at((i + 1) / 10))));
      expect(Math.max(...steps) / Math.min(...steps)).toBeLessThan(3);
      const lightness = Array.from({ length: 11 }, (_, i) => rgbToLab(see(at(i / 10)))[0]);
      const sorted = [...lightness].sort((a, b) => (dark ? a - b : b - a));
      expect(lightness).toEqual(sorted);
    }
  });

  it.each(grounds)("has no colour of a weight for what is no number (dark: %s)", (dark, background) => {
    const ramp = weightRamp(background, dark);
    for (let t = 0; t <= 1; t += 0.05) {
      expect(distance(colourAt(ramp, t), ramp.nan)).toBeGreaterThan(0.15);
      for (const matrix of Object.values(SEEN_BY)) {
        expect(distance(simulate(matrix, colourAt(ramp, t)), simulate(matrix, ramp.nan))).toBeGreaterThan(
          0.08,
        );
      }
    }
  });
});
