import type { SideSelection } from "../contract.js";
import { attributionText, type ScoreColours } from "../views/attribution_text.js";
import { h } from "../views/controls/dom.js";
import { several } from "../views/several.js";
import type { ShownSide } from "./attribution_scores.js";
import { type LinkedSpan, linkedRow } from "./hover_link.js";
import { isPicked } from "./picks.js";

/** A row of one of the texts. */
export interface PointedToken {
  side: number;
  row: number;
}

export interface SidesData {
  sides: ShownSide[];
  /** One score a row of each side. */
  scores: Float32Array[];
  /** Whether a score can be negative. */
  signed: boolean;
}

export interface SidesOptions {
  colours: ScoreColours | null;
  numbers: boolean;
  hover: PointedToken | null;
  selection: SideSelection[];
  onHover(hover: PointedToken | null): void;
  /** A token was clicked: the positions that it stands for. */
  onPick(side: number, span: [number, number]): void;
}

/** How many rows all texts before each have: its first row where all rows are numbered through. */
export function rowsBefore(sides: ShownSide[]): number[] {
  let count = 0;
  return sides.map(({ pieces }) => {
    count += pieces.length;
    return count - pieces.length;
  });
}

/** The row of one of the texts that has that number, where all rows are numbered through. */
export function rowNumbered(starts: number[], number: number): PointedToken {
  const side = starts.filter((start) => number >= start).length - 1;
  return { side, row: number - (starts[side] ?? 0) };
}

/** The tokens of a row, for the other widgets of a group. */
export function linkedSpan(sides: ShownSide[], { side, row }: PointedToken): LinkedSpan | null {
  const own = sides[side];
  const span = own?.plan.axis.spans[row];
  if (own === undefined || span === undefined) return null;
  return { tokens: own.key, count: own.tokens.text.length, start: span[0], stop: span[1] };
}

/** The row that another widget of the group points at. */
export function linkedToken(sides: ShownSide[], span: LinkedSpan | null): PointedToken | null {
  const rows = sides.map(({ key, tokens, plan }) =>
    linkedRow(span, key, tokens.text.length, plan.axis.spans),
  );
  const side = rows.findIndex((row) => row >= 0);
  return side < 0 ? null : { side, row: rows[side] as number };
}

/** All texts that the model read, coloured: one, or two under each other. */
export class AttributionSides {
  readonly element = h("div.xai-texts");
  readonly #texts = several(this.element, attributionText);

  update({ sides, scores, signed }: SidesData, options: SidesOptions): void {
    const texts = this.#texts(sides.length);
    sides.forEach(({ label, pieces, plan }, side) => {
      const spanOf = (row: number) => plan.axis.spans[row] ?? [0, 0];
      texts[side]?.update(
        {
          label: sides.length > 1 ? label : "",
          pieces,
          direction: plan.axis.direction,
          scores: scores[side] ?? null,
          signed,
        },
        {
          colours: options.colours,
          numbers: options.numbers,
          hovered: options.hover?.side === side ? options.hover.row : null,
          picked: (row) => isPicked(options.selection, side, spanOf(row)),
          onHover: (row) => options.onHover(row === null ? null : { side, row }),
          onPick: (row) => options.onPick(side, spanOf(row)),
        },
      );
    });
  }

  destroy(): void {
    this.#texts(0);
  }
}
