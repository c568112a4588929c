import { contrast, inkOn, labToRgb, oklchToRgb, parseColour, type Rgb, rgbToLab, toHex } from "./colour.js";
import type { WeightRamp } from "./ramp.js";

/** Level of a score of zero; scores lie on `SCORE_LEVELS` levels to both sides of it. */
export const SCORE_ZERO = 126;
const SCORE_LEVELS = 126;

/**
 * Where the ramps end. Orange and blue stay apart for every eye, and lie far enough from the page that weak scores show.
 * A score without a sign has a third hue, so that nobody reads "raises" into it.
 */
const ENDS = {
  light: { raises: [0.76, 0.15, 60], lowers: [0.7, 0.13, 250], size: [0.74, 0.13, 310], nan: [192, 54, 20] },
  dark: { raises: [0.64, 0.15, 55], lowers: [0.6, 0.15, 256], size: [0.6, 0.18, 310], nan: [255, 128, 92] },
} as const;

/**
 * Colours of scores from full blue (lowers) over the background (zero) to full orange (raises), even steps in OKLab.
 * Scores without a sign use the upper half alone.
 */
export function scoreRamp(background: Rgb, dark: boolean, signed: boolean): WeightRamp {
  const ends = ENDS[dark ? "dark" : "light"];
  const zero = rgbToLab(background);
  const [up, down] = [signed ? ends.raises : ends.size, ends.lowers].map((end) => rgbToLab(oklchToRgb(end)));
  const levels = new Uint8ClampedArray(3 * (SCORE_ZERO + SCORE_LEVELS + 2));
  for (let level = 0; level <= SCORE_ZERO + SCORE_LEVELS + 1; level++) {
    const t = Math.min(1, Math.abs(level - SCORE_ZERO) / SCORE_LEVELS);
    const end = (level < SCORE_ZERO ? down : up) ?? zero;
    const mix = (axis: 0 | 1 | 2) => zero[axis] + (end[axis] - zero[axis]) * t;
    levels.set(labToRgb([mix(0), mix(1), mix(2)]), 3 * level);
  }
  return { levels, nan: ends.nan };
}

/** The level of a score, where `most` has the full colour. */
export function scoreLevel(score: number, most: number): number {
  const share = most > 0 ? Math.min(1, Math.max(-1, score / most)) : 0;
  return SCORE_ZERO + Math.round(SCORE_LEVELS * share);
}

export function scoreColour(ramp: WeightRamp, score: number, most: number): Rgb {
  if (Number.isNaN(score)) return ramp.nan;
  const at = 3 * scoreLevel(score, most);
  return [ramp.levels[at] ?? 0, ramp.levels[at + 1] ?? 0, ramp.levels[at + 2] ?? 0];
}

/** WCAG 2.2, 1.4.3. */
const READABLE = 4.5;

/** The page's own text colour where it can be read on that colour, else black or white. */
export function textOn(colour: Rgb, text: string): string {
  const own = parseColour(text);
  return own !== null && contrast(own, colour) >= READABLE ? text : inkOn(toHex(colour));
}
