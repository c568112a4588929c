/**
 * Colours as sRGB bytes and in OKLab/OKLCH, where equal steps look equally large
 * (Ottosson, "A perceptual color space for image processing", 2020).
 */

/** Red, green, blue: 0 to 255. */
export type Rgb = readonly [number, number, number];
/** Lightness 0 to 1, chroma, hue in degrees. */
export type Oklch = readonly [number, number, number];
/** Lightness 0 to 1, green-red, blue-yellow. */
export type Oklab = readonly [number, number, number];

function toLinear(byte: number): number {
  const c = byte / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

function fromLinear(c: number): number {
  return 255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055);
}

function labToLinear([lightness, a, b]: Oklab): [number, number, number] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

export function rgbToLab([red, green, blue]: Rgb): Oklab {
  const [r, g, b] = [toLinear(red), toLinear(green), toLinear(blue)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

export function labToRgb(lab: Oklab): Rgb {
  const [r, g, b] = labToLinear(lab).map((c) => Math.round(fromLinear(Math.min(1, Math.max(0, c)))));
  return [r ?? 0, g ?? 0, b ?? 0];
}

/** The nearest colour of that lightness and hue that a screen shows: chroma gives way, the hue stays. */
export function oklchToRgb([lightness, chroma, hue]: Oklch): Rgb {
  const radians = (hue * Math.PI) / 180;
  const at = (c: number): Oklab => [lightness, c * Math.cos(radians), c * Math.sin(radians)];
  const shown = (c: number) => labToLinear(at(c)).every((channel) => channel >= -1e-4 && channel <= 1.0001);
  if (shown(chroma)) return labToRgb(at(chroma));
  let [low, high] = [0, chroma];
  for (let i = 0; i < 12; i++) {
    const middle = (low + high) / 2;
    if (shown(middle)) low = middle;
    else high = middle;
  }
  return labToRgb(at(low));
}

export function toHex(rgb: Rgb): string {
  return `#${rgb.map((channel) => Math.round(channel).toString(16).padStart(2, "0")).join("")}`;
}

/** Reads `#rrggbb`, `#rgb`, `rgb()` and `rgba()`; null for anything else, and for what is mostly see-through. */
export function parseColour(css: string): Rgb | null {
  const text = css.trim();
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text)?.[1];
  if (hex !== undefined) {
    const size = hex.length / 3;
    const channel = (i: number) => Number.parseInt(hex.slice(i * size, (i + 1) * size).repeat(3 - size), 16);
    return [channel(0), channel(1), channel(2)];
  }
  const numbers = /^rgba?\(([^)]+)\)$/
    .exec(text)?.[1]
    ?.split(/[\s,/]+/)
    .map(Number);
  const [r, g, b, alpha = 1] = numbers ?? [];
  if (r === undefined || g === undefined || b === undefined || !(alpha >= 0.5)) return null;
  return [r, g, b];
}

/** Euclidean distance in OKLab; about 0.02 is just noticeable side by side. */
export function distance(a: Rgb, b: Rgb): number {
  const [x, y] = [rgbToLab(a), rgbToLab(b)];
  return Math.hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
}

function luminance([r, g, b]: Rgb): number {
  return 0.2126 * toLinear(r) + 0.7152 * toLinear(g) + 0.0722 * toLinear(b);
}

/** Contrast ratio of WCAG 2: 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Whether white is easier to read on that colour than black. */
export function isDark(colour: Rgb): boolean {
  return contrast(colour, [255, 255, 255]) > contrast(colour, [0, 0, 0]);
}

/** Black or white, whichever is easier to read on that colour. */
export function inkOn(colour: string): "#000000" | "#ffffff" {
  return isDark(parseColour(colour) ?? [255, 255, 255]) ? "#ffffff" : "#000000";
}
