import { WEIGHT_LEVELS } from "../contract.js";
import { labToRgb, type Oklab, type Rgb, rgbToLab } from "./colour.js";

/** Red, green, blue of each level of weight, 0 to WEIGHT_LEVELS. Level = WEIGHT_LEVELS * sqrt(weight), as on the wire. */
export interface WeightRamp {
  levels: Uint8ClampedArray;
  /** Colour of a weight that is not a number: on no ramp. */
  nan: Rgb;
}

/** From faint to strong, in OKLab: the ramp's own end, and a middle that bends it through a second hue. */
const LIGHT: { middle: Oklab; end: Oklab; nan: Rgb } = {
  middle: [0.66, -0.085, -0.065],
  end: [0.28, 0.015, -0.13],
  nan: [192, 54, 20],
};
const DARK: { middle: Oklab; end: Oklab; nan: Rgb } = {
  middle: [0.58, -0.055, -0.095],
  end: [0.96, -0.045, 0.055],
  nan: [255, 128, 92],
};

/**
 * Zero is the background itself, so what has no weight disappears into the page; lightness then moves evenly, the only
 * thing that every eye and every printer keeps.
 */
export function weightRamp(background: Rgb, dark: boolean): WeightRamp {
  const { middle, end, nan } = dark ? DARK : LIGHT;
  const start = rgbToLab(background);
  const levels = new Uint8ClampedArray(3 * (WEIGHT_LEVELS + 1));
  for (let level = 0; level <= WEIGHT_LEVELS; level++) {
    const t = level / WEIGHT_LEVELS;
    const lightness = start[0] + (end[0] - start[0]) * t;
    // A quadratic curve through the plane of hues; at its middle it reaches half way to the middle's own colour.
    const bend = (axis: 1 | 2) =>
      (1 - t) ** 2 * start[axis] + 2 * t * (1 - t) * 1.35 * middle[axis] + t ** 2 * end[axis];
    levels.set(labToRgb([lightness, bend(1), bend(2)]), 3 * level);
  }
  return { levels, nan };
}

/** Level of a weight on the ramp. */
export function levelOf(weight: number): number {
  return Math.round(WEIGHT_LEVELS * Math.sqrt(Math.min(1, Math.max(0, weight))));
}

export function colourAt(ramp: WeightRamp, weight: number): Rgb {
  const at = 3 * levelOf(weight);
  return [ramp.levels[at] ?? 0, ramp.levels[at + 1] ?? 0, ramp.levels[at + 2] ?? 0];
}
