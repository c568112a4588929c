import { overlaps } from "./picks.js";

const EVENT = "xai-hover";

/** Tokens of a text, by what the text is called in the payload and how many tokens it has. */
export interface LinkedSpan {
  tokens: string;
  count: number;
  start: number;
  stop: number;
}

interface Pointed {
  group: string;
  from: HoverLink;
  span: LinkedSpan | null;
}

/**
 * What is pointed at, shared by the widgets of one group on the page. Each widget's bundle is a module of its own, so they
 * meet at the document, and nowhere else.
 */
export class HoverLink {
  readonly #group: () => string;
  #last = "null";

  constructor(group: () => string, onPointed: (span: LinkedSpan | null) => void, signal: AbortSignal) {
    this.#group = group;
    const heard = (event: Event) => {
      const { group: other, from, span } = (event as CustomEvent<Pointed>).detail;
      if (from !== this && other !== "" && other === group()) onPointed(span);
    };
    document.addEventListener(EVENT, heard, { signal });
  }

  point(span: LinkedSpan | null): void {
    const group = this.#group();
    const key = JSON.stringify(span);
    if (group === "" || key === this.#last) return;
    this.#last = key;
    document.dispatchEvent(new CustomEvent<Pointed>(EVENT, { detail: { group, from: this, span } }));
  }
}

/** The row that holds the first of the tokens; -1 where the text is another, or they are not shown. */
export function linkedRow(
  span: LinkedSpan | null,
  tokens: string,
  count: number,
  spans: [number, number][],
): number {
  if (span === null || span.tokens !== tokens || span.count !== count) return -1;
  return spans.findIndex((row) => overlaps(row, [span.start, span.stop]));
}
