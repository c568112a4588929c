import { toHex } from "../core/colour.js";
import { plain, signed } from "../core/numbers.js";
import { scoreColour, textOn } from "../core/score_ramp.js";
import type { ScoreColours } from "./attribution_text.js";
import { h, on, setAttribute } from "./controls/dom.js";
import type { View } from "./view.js";

export interface ComparedToken {
  label: string;
  special: boolean;
  /** Whether another text starts here. */
  starts: boolean;
}

/** One method's scores, or one head's attention. */
export interface ComparedRow {
  /** What it can be taken away by; "" where it stays. */
  name: string;
  label: string;
  /** How well it agrees, in words. */
  note: string;
  /** A warning about what it is; "" for none. */
  badge: string;
  /** Whether a score can be negative. */
  signed: boolean;
  /** One a token; not a number where it says nothing of the token. */
  scores: Float32Array;
  colours: ScoreColours | null;
}

export interface AttributionCompareData {
  tokens: ComparedToken[];
  rows: ComparedRow[];
}

export interface AttributionCompareOptions {
  hovered: number | null;
  onHover(token: number | null): void;
  /** Null where nothing can be taken away. */
  onRemove: ((name: string) => void) | null;
}

/** Room that a token's number takes, and that of a letter, in CSS pixels. */
const CELL = { least: 46, letter: 8, padding: 12 };
const NAMES = 190;

/**
 * Several scores of the same tokens beside each other: a row for each method where all tokens fit beside each other, else
 * a row for each token.
 */
export function attributionCompare(): View<AttributionCompareData, AttributionCompareOptions> {
  const table = h("table.xai-compare");
  const element = h("div.xai-compare-scroller", {}, table);
  let data: AttributionCompareData = { tokens: [], rows: [] };
  let options: AttributionCompareOptions | null = null;
  let flat = true;
  let drawn = false;
  let cells: HTMLElement[][] = [];
  let marked: number | null = null;

  function tokenOf(target: EventTarget | null): number | null {
    const cell = target instanceof Element ? target.closest<HTMLElement>("[data-token]") : null;
    return cell === null ? null : Number(cell.dataset.token);
  }

  on(table, "pointerover", (event) => options?.onHover(tokenOf(event.target)));
  on(table, "pointerleave", () => options?.onHover(null));
  on(table, "click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button !== null) options?.onRemove?.(button.dataset.name ?? "");
  });

  function fits(): boolean {
    const room = element.clientWidth || 640;
    const widths = data.tokens.map(({ label }) =>
      Math.max(CELL.least, label.length * CELL.letter + CELL.padding),
    );
    return widths.reduce((sum, width) => sum + width, NAMES) <= room;
  }

  function tokenHead(token: ComparedToken, index: number): HTMLElement {
    const cell = h("th", { scope: flat ? "col" : "row", "data-token": index }, h("bdi", {}, token.label));
    cell.classList.toggle("xai-compare-special", token.special);
    cell.classList.toggle("xai-compare-start", token.starts);
    return cell;
  }

  function methodHead(row: ComparedRow): HTMLElement {
    const remove = h(
      "button.xai-link.xai-remove",
      { "data-name": row.name, "aria-label": `Take ${row.label} away`, title: "Take away" },
      "×",
    );
    remove.hidden = row.name === "" || options?.onRemove === null;
    const badge = h("span.xai-badge", {}, row.badge);
    badge.hidden = row.badge === "";
    return h(
      "th.xai-compare-name",
      { scope: flat ? "row" : "col" },
      h("span.xai-compare-label", {}, row.label, remove),
      h("span.xai-compare-note", {}, row.note),
      badge,
    );
  }

  function cellOf(row: ComparedRow, token: number): HTMLElement {
    const score = row.scores[token] ?? Number.NaN;
    const known = !Number.isNaN(score);
    const cell = h("td", { "data-token": token }, known ? (row.signed ? signed : plain)(score) : "–");
    cell.classList.toggle("xai-compare-start", data.tokens[token]?.starts ?? false);
    if (row.colours !== null && known) {
      const ground = scoreColour(row.colours.ramp, score, row.colours.most);
      cell.style.backgroundColor = toHex(ground);
      cell.style.color = textOn(ground, row.colours.text);
    }
    return cell;
  }

  function build(): void {
    flat = fits();
    drawn = true;
    marked = null;
    const scores = data.rows.map((row) => data.tokens.map((_, token) => cellOf(row, token)));
    const tokens = data.tokens.map(tokenHead);
    const methods = data.rows.map(methodHead);
    cells = data.tokens.map((_, token) => [
      tokens[token] as HTMLElement,
      ...scores.map((row) => row[token] as HTMLElement),
    ]);
    const [across, down] = flat ? [tokens, methods] : [methods, tokens];
    const body = down.map((head, i) =>
      h("tr", {}, head, ...across.map((_, j) => (flat ? scores[i]?.[j] : scores[j]?.[i]) as HTMLElement)),
    );
    table.replaceChildren(h("thead", {}, h("tr", {}, h("td"), ...across)), h("tbody", {}, ...body));
    table.classList.toggle("xai-compare-flat", flat);
  }

  function mark(hovered: number | null): void {
    if (hovered === marked) return;
    for (const cell of cells[marked ?? -1] ?? []) setAttribute(cell, "data-hovered", null);
    for (const cell of cells[hovered ?? -1] ?? []) setAttribute(cell, "data-hovered", true);
    marked = hovered;
  }

  const resized = new ResizeObserver(() => {
    if (!drawn || flat === fits()) return;
    build();
    mark(options?.hovered ?? null);
  });
  resized.observe(element);

  return {
    element,
    update(next, nextOptions) {
      options = nextOptions;
      if (next !== data) {
        data = next;
        build();
      }
      mark(nextOptions.hovered);
    },
    destroy() {
      resized.disconnect();
      options = null;
      element.remove();
    },
  };
}
