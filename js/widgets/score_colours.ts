import { parseColour } from "../core/colour.js";
import { scoreRamp } from "../core/score_ramp.js";
import type { ScoreColours } from "../views/attribution_text.js";
import { type Ink, readInk } from "../views/ink.js";

/** Colours of scores on this page: asked for once, until it is painted anew. The same request gives the same object. */
export class PageColours {
  #ink: Ink | null = null;
  readonly #made = new Map<string, ScoreColours>();
  readonly #root: HTMLElement;

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  /** The page has, or may have, other colours. */
  forget(): void {
    this.#ink = null;
    this.#made.clear();
  }

  /** Null before the page has taken the root in. */
  ink(dark: boolean): Ink | null {
    if (this.#root.isConnected) this.#ink ??= readInk(this.#root, dark);
    return this.#ink;
  }

  /** Null before the page has taken the root in. */
  of(most: number, signed: boolean, dark: boolean): ScoreColours | null {
    const ink = this.ink(dark);
    if (ink === null) return null;
    const key = `${most}/${signed}`;
    let made = this.#made.get(key);
    if (made === undefined) {
      const ramp = scoreRamp(parseColour(ink.paper) ?? [255, 255, 255], dark, signed);
      made = { ramp, most, text: ink.text };
      this.#made.set(key, made);
    }
    return made;
  }
}
