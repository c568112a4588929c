import { parseColour, toHex } from "../core/colour.js";
import { type WeightRamp, weightRamp } from "../core/ramp.js";
import { scoreRamp } from "../core/score_ramp.js";
import { h } from "./controls/dom.js";

/** The colours and the type face of the page, as a canvas needs them. */
export interface Ink {
  paper: string;
  text: string;
  muted: string;
  line: string;
  accent: string;
  family: string;
  /** The colours of weights on this background. */
  ramp: WeightRamp;
  /** Colour of what is not a number. */
  nan: string;
}

const OWN = {
  light: { paper: "#ffffff", text: "#1c1e21", muted: "#5b626b", line: "#dfe2e6", accent: "#1a66c2" },
  dark: { paper: "#17191c", text: "#e6e8eb", muted: "#a2a9b2", line: "#363a40", accent: "#6cb0ff" },
} as const;

/** Reads `--xai-*` where the element is; a canvas cannot use custom properties itself. */
export function readInk(element: HTMLElement, dark: boolean): Ink {
  const own = OWN[dark ? "dark" : "light"];
  const probe = h("span", { hidden: true });
  element.append(probe);
  const read = (name: string, fallback: string) => {
    probe.style.color = `var(--xai-${name}, ${fallback})`;
    const rgb = parseColour(getComputedStyle(probe).color);
    return rgb === null ? fallback : toHex(rgb);
  };
  const paper = read("bg", own.paper);
  const ramp = weightRamp(parseColour(paper) ?? [255, 255, 255], dark);
  const ink: Ink = {
    paper,
    text: read("text", own.text),
    muted: read("muted", own.muted),
    line: read("line", own.line),
    accent: read("accent", own.accent),
    family: getComputedStyle(element).fontFamily || "sans-serif",
    ramp,
    nan: toHex(ramp.nan),
  };
  probe.remove();
  return ink;
}

/** Reads the same, with the colours of scores in place of those of weights. */
export function scoreInk(signed: boolean): typeof readInk {
  return (element, dark) => {
    const ink = readInk(element, dark);
    return { ...ink, ramp: scoreRamp(parseColour(ink.paper) ?? [255, 255, 255], dark, signed) };
  };
}
