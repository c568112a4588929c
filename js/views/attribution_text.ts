import type { AttentionAxis } from "../core/attention_data.js";
import { type Rgb, toHex } from "../core/colour.js";
import { plain, signed } from "../core/numbers.js";
import type { WeightRamp } from "../core/ramp.js";
import { scoreColour, textOn } from "../core/score_ramp.js";
import { h, on, setAttribute, setText } from "./controls/dom.js";
import type { View } from "./view.js";

/** How scores become colours. */
export interface ScoreColours {
  ramp: WeightRamp;
  /** The score that has the full colour. */
  most: number;
  /** The page's own text colour. */
  text: string;
  /** The colour of a weight, where scores are weights: on the ramp of those. */
  ofWeight?(weight: number): Rgb;
}

/** One row of a text: a token, or a word where they are merged. */
export interface TextPiece {
  label: string;
  /** Whether a space stands before it. */
  spaced: boolean;
  /** Whether the line ends after it. */
  breaks: boolean;
  special: boolean;
  /** A number that always stands under it, and a bar of that share of its width (0 to 1). */
  below?: { words: string; share: number } | null;
}

export interface AttributionTextData {
  /** What the text is: "Source"; "" where it needs no name. */
  label: string;
  pieces: TextPiece[];
  direction: AttentionAxis["direction"];
  /** One score a piece; null for a text that has none. */
  scores: Float32Array | null;
  /** Whether a score can be negative. */
  signed: boolean;
}

export interface AttributionTextOptions {
  /** Null before the page's colours are known. */
  colours: ScoreColours | null;
  /** Write every score under its token. */
  numbers: boolean;
  hovered: number | null;
  picked(row: number): boolean;
  /** What a row is among the others, for the style sheet: "" for nothing special. */
  look?(row: number): "" | "current" | "unseen";
  onHover(row: number | null): void;
  onPick(row: number): void;
  /** The arrow keys came to a token, where that is a choice already. */
  onMove?(row: number): void;
}

/**
 * A text to read whose tokens are coloured by their scores. A list box: Tab reaches one token, arrows move along the text,
 * Enter picks. Tokens are text nodes, whatever is written in them.
 */
export function attributionText(): View<AttributionTextData, AttributionTextOptions> {
  const title = h("span.xai-label.xai-text-title", { "aria-hidden": "true" });
  const list = h("div.xai-text", { role: "listbox", "aria-multiselectable": "true" });
  const element = h("div.xai-text-side", {}, title, list);
  let chips: HTMLElement[] = [];
  let data: AttributionTextData = { label: "", pieces: [], direction: "ltr", scores: null, signed: true };
  let options: AttributionTextOptions | null = null;
  let active = 0;
  let marked: number | null = null;

  function rowOf(target: EventTarget | null): number | null {
    const chip = target instanceof Element ? target.closest<HTMLElement>(".xai-chip") : null;
    return chip === null ? null : Number(chip.dataset.row);
  }

  function focus(row: number): void {
    activate(row);
    chips[active]?.focus();
  }

  function activate(row: number): void {
    const before = chips[active];
    if (before !== undefined) before.tabIndex = -1;
    active = Math.max(0, Math.min(row, chips.length - 1));
    const chip = chips[active];
    if (chip !== undefined) chip.tabIndex = 0;
  }

  on(list, "pointerover", (event) => options?.onHover(rowOf(event.target)));
  on(list, "pointerleave", () => options?.onHover(null));
  on(list, "focusin", (event) => options?.onHover(rowOf(event.target)));
  on(list, "focusout", () => options?.onHover(null));
  on(list, "click", (event) => {
    const row = rowOf(event.target);
    if (row === null) return;
    activate(row);
    options?.onPick(row);
  });
  on(list, "keydown", (event) => {
    const row = rowOf(event.target);
    if (row === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const forward = data.direction === "rtl" ? -1 : 1;
    const moves: Record<string, number> = {
      ArrowRight: row + forward,
      ArrowLeft: row - forward,
      ArrowDown: row + 1,
      ArrowUp: row - 1,
      Home: 0,
      End: chips.length - 1,
    };
    const target = moves[event.key];
    if (target !== undefined) {
      focus(target);
      options?.onMove?.(active);
    } else if (event.key === "Enter" || event.key === " ") options?.onPick(row);
    else return;
    event.preventDefault();
  });

  function build(): void {
    const nodes: (Node | string)[] = [];
    chips = data.pieces.map((piece, row) => {
      const chip = h(
        "span.xai-chip",
        { role: "option", "data-row": row, tabindex: "-1" },
        h("bdi", {}, piece.label),
      );
      chip.classList.toggle("xai-chip-special", piece.special);
      if (piece.below) chip.style.setProperty("--xai-share", `${100 * piece.below.share}%`);
      if (piece.spaced) nodes.push(" ");
      nodes.push(chip);
      if (piece.breaks) nodes.push(h("br"));
      return chip;
    });
    list.replaceChildren(...nodes);
    marked = null;
    activate(Math.min(active, chips.length - 1));
  }

  function colour({ colours, numbers }: AttributionTextOptions): void {
    const { scores, pieces } = data;
    const below = pieces.some((piece) => piece.below);
    list.classList.toggle("xai-text-numbers", below || (numbers && scores !== null));
    list.classList.toggle("xai-text-bars", below);
    chips.forEach((chip, row) => {
      const score = scores?.[row] ?? 0;
      const label = pieces[row]?.label ?? "";
      const words = (data.signed ? signed : plain)(score);
      setAttribute(chip, "aria-label", scores === null ? label : `${label}, ${words}`);
      const own = pieces[row]?.below?.words ?? null;
      setAttribute(chip, "data-score", numbers && scores !== null ? words : own);
      if (colours === null || scores === null) {
        chip.style.backgroundColor = chip.style.color = "";
        return;
      }
      const ground = colours.ofWeight?.(score) ?? scoreColour(colours.ramp, score, colours.most);
      chip.style.backgroundColor = toHex(ground);
      chip.style.color = textOn(ground, colours.text);
    });
  }

  /** Writes only what changed: the pointer crosses a long text in every frame. */
  function mark({ hovered, picked, look }: AttributionTextOptions): void {
    if (hovered !== marked) {
      if (marked !== null) chips[marked]?.classList.remove("xai-chip-hovered");
      if (hovered !== null) chips[hovered]?.classList.add("xai-chip-hovered");
      marked = hovered;
    }
    chips.forEach((chip, row) => {
      setAttribute(chip, "aria-selected", picked(row) ? "true" : "false");
      const own = look?.(row) || null;
      setAttribute(chip, "data-look", own);
      setAttribute(chip, "aria-current", own === "current" && "step");
    });
  }

  return {
    element,
    update(next, nextOptions) {
      const before = { data, options };
      data = next;
      options = nextOptions;
      setText(title, next.label);
      title.hidden = next.label === "";
      setAttribute(list, "aria-label", next.label || "Text");
      setAttribute(list, "dir", next.direction);
      const other = next.pieces !== before.data.pieces;
      if (other) build();
      if (
        other ||
        next.scores !== before.data.scores ||
        nextOptions.colours !== before.options?.colours ||
        nextOptions.numbers !== before.options?.numbers
      )
        colour(nextOptions);
      mark(nextOptions);
    },
    destroy() {
      options = null;
      element.remove();
    },
  };
}
