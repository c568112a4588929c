import type { Rgb } from "../../js/core/colour.js";

/** Machado, Oliveira and Fernandes (2009), severity 1, on linear light. */
export const SEEN_BY: Record<string, number[][]> = {
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
};

export function simulate(matrix: number[][], rgb: Rgb): Rgb {
  const linear = rgb.map((byte) => {
    const c = byte / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  const [r, g, b] = matrix.map((row) => {
    const c = Math.min(
      1,
      Math.max(
        0,
        row.reduce((sum, weight, i) => sum + weight * linear[i]!, 0),
      ),
    );
    return 255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055);
  });
  return [r!, g!, b!];
}

/** A colour as people with deuteranopia and protanopia see it. */
export function simulated(rgb: Rgb): Rgb[] {
  return Object.values(SEEN_BY).map((matrix) => simulate(matrix, rgb));
}
