import { contrast, type Oklch, oklchToRgb, type Rgb, toHex } from "./colour.js";

/**
 * Twelve colours that stay apart for people with deuteranopia and protanopia as well: found by maximising the smallest
 * OKLab distance of any two under all three ways of seeing, on light and dark ground together, from the hues of Okabe and
 * Ito's palette, and ordered so that the first few are the farthest apart. As lightness, chroma, hue on light ground.
 */
const BASE: readonly Oklch[] = [
  [0.504, 0.133, 261],
  [0.613, 0.19, 86],
  [0.48, 0.182, 16],
  [0.655, 0.164, 266],
  [0.572, 0.173, 177],
  [0.421, 0.165, 342],
  [0.42, 0.19, 281],
  [0.501, 0.158, 202],
  [0.549, 0.105, 54],
  [0.565, 0.106, 235],
  [0.634, 0.146, 154],
  [0.422, 0.105, 267],
];

const MIDDLE = 0.535;
/** The grounds that hosts have, the least favourable of each kind. */
const LIGHT_GROUND: Rgb = [248, 248, 248];
const DARK_GROUND: Rgb = [36, 36, 36];
/** WCAG 2.2, 1.4.11: what graphical objects need. */
const NEEDED = 3;

/** On dark ground the same hue, lifted. */
function lifted([lightness, chroma, hue]: Oklch): Oklch {
  return [0.66 + ((lightness - 0.42) * 0.22) / 0.24, chroma, hue];
}

/** Past the twelve: each round mirrors the lightness of the one before and turns the hue a little further. */
function vary([lightness, chroma, hue]: Oklch, round: number): Oklch {
  if (round === 0) return [lightness, chroma, hue];
  const side = round % 2 === 1 ? -1 : 1;
  const turn = side * 12 * Math.ceil(round / 2);
  const mirrored = MIDDLE + side * (lightness - MIDDLE) + side * 0.02 * round;
  return [Math.min(0.66, Math.max(0.38, mirrored)), chroma * (1 - 0.08 * round), (hue + turn + 360) % 360];
}

function readable(colour: Oklch, dark: boolean): Rgb {
  const ground = dark ? DARK_GROUND : LIGHT_GROUND;
  const step = dark ? 0.01 : -0.01;
  let [lightness, chroma, hue] = colour;
  let rgb = oklchToRgb(colour);
  while (contrast(rgb, ground) < NEEDED && lightness > 0 && lightness < 1) {
    lightness += step;
    rgb = oklchToRgb([lightness, chroma, hue]);
  }
  return rgb;
}

/**
 * One colour a head, the same for a head whatever others there are. Colours alone tell twelve heads apart; more of them
 * stay different, but a head's number has to be written beside its colour.
 */
export function headColours(count: number, dark: boolean): string[] {
  return Array.from({ length: count }, (_, head) => {
    const base = vary(BASE[head % BASE.length]!, Math.floor(head / BASE.length));
    return toHex(readable(dark ? lifted(base) : base, dark));
  });
}
