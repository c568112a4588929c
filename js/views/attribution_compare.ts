import { toHex } from "../core/colour.js";
import { plain, signed } from "../core/numbers.js";
import { scoreColour, textOn } from "../core/score_ramp.js";
import type { ScoreColours } from "./attribution_text.js";
import { h, on, setAttribute } from "./controls/dom.js";
import { onResize } from "./resize.js";
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

/** More tokens than this are not tried beside each other. */
const MOST_FLAT = 60;

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
  /** The width that it was built for. */
  let room = 0;
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
    const words = known ? (row.signed ? signed : plain)(score) : "–";
    const chip = h("span.xai-compare-score", {}, words);
    const cell = h("td", { "data-token": token }, chip);
    cell.classList.toggle("xai-compare-start", data.tokens[token]?.starts ?? false);
    if (row.colours !== null && known) {
      const ground = scoreColour(row.colours.ramp, score, row.colours.most);
      chip.style.backgroundColor = toHex(ground);
      chip.style.color = textOn(ground, row.colours.text);
    }
    return cell;
  }

  /** Beside each other if all of it is seen so. */
  function build(): void {
    room = element.clientWidth;
    flat = data.tokens.length <= MOST_FLAT;
    lay();
    if (flat && element.scrollWidth > room) {
      flat = false;
      lay();
    }
  }

  function lay(): void {
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

  const stop = new AbortController();
  onResize(
    element,
    () => {
      if (element.clientWidth === room) return;
      build();
      mark(options?.hovered ?? null);
    },
    stop.signal,
  );

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
      stop.abort();
      options = null;
      element.remove();
    },
  };
}
