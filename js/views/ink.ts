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

/** A property of the probe for each colour, so that all of them are worked out at once. */
const PROBED = {
  paper: ["bg", "backgroundColor"],
  text: ["text", "color"],
  muted: ["muted", "borderTopColor"],
  line: ["line", "borderLeftColor"],
  accent: ["accent", "outlineColor"],
} as const;

/** Reads `--xai-*` where the element is; a canvas cannot use custom properties itself. */
export function readInk(element: HTMLElement, dark: boolean): Ink {
  const own = OWN[dark ? "dark" : "light"];
  const probe = h("span", { hidden: true });
  const names = Object.keys(PROBED) as (keyof typeof PROBED)[];
  for (const name of names) {
    const [variable, property] = PROBED[name];
    probe.style[property] = `var(--xai-${variable}, ${own[name]})`;
  }
  element.append(probe);
  const computed = getComputedStyle(probe);
  const read = (name: keyof typeof PROBED) => {
    const rgb = parseColour(computed[PROBED[name][1]]);
    return rgb === null ? own[name] : toHex(rgb);
  };
  const paper = read("paper");
  const ramp = weightRamp(parseColour(paper) ?? [255, 255, 255], dark);
  const ink: Ink = {
    paper,
    text: read("text"),
    muted: read("muted"),
    line: read("line"),
    accent: read("accent"),
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
