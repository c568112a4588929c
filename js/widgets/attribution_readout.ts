import type { SideSelection } from "../contract.js";
import { plain, signed as withSign } from "../core/numbers.js";
import { isolated } from "../core/words.js";
import type { DetailsTableData } from "../views/controls/details_table.js";
import type { ReadoutData } from "../views/controls/readout.js";
import type { ShownSide } from "./attribution_scores.js";
import type { PointedToken } from "./attribution_sides.js";
import { isPicked } from "./picks.js";

export interface ReadoutOf {
  hover: PointedToken | null;
  selection: SideSelection[];
  /** Whether a score can be negative. */
  signed: boolean;
  value: number;
  /** What the value is: "logit of class 'positive'". */
  what: string;
}

/** The token that is pointed at, with its rank; else what the picked tokens add up to. */
export function rowReadout(
  sides: ShownSide[],
  scores: Float32Array[],
  { hover, selection, signed, value, what }: ReadoutOf,
): ReadoutData {
  const write = signed ? withSign : plain;
  // A score without a sign is no part of the value.
  const of = signed ? ` of ${plain(value)}` : "";
  const about = signed ? what : "without a sign";
  const score = hover === null ? undefined : scores[hover.side]?.[hover.row];
  if (hover !== null && score !== undefined) {
    const all = scores.flatMap((row) => [...row]);
    const rank = 1 + all.filter((other) => Math.abs(other) > Math.abs(score)).length;
    const label = sides[hover.side]?.plan.axis.labels[hover.row] ?? "";
    const where = `${about}, rank ${rank} of ${all.length} by size`;
    return { subject: isolated(label), value: write(score) + of, where, hint: "" };
  }
  let [count, sum] = [0, 0];
  sides.forEach(({ plan }, side) => {
    plan.axis.spans.forEach((span, row) => {
      if (!isPicked(selection, side, span)) return;
      count += 1;
      sum += scores[side]?.[row] ?? 0;
    });
  });
  if (count > 0) {
    const subject = count === 1 ? "The picked token" : `${count} picked tokens`;
    return { subject, value: write(sum) + of, where: about, hint: "" };
  }
  return {
    subject: "",
    value: "",
    where: "",
    hint: "Point at a token to read its score; click tokens to add them up.",
  };
}

/** The same numbers as a table: every row that is shown. */
export function tableOf(
  caption: string,
  sides: ShownSide[],
  scores: Float32Array[],
  signed: boolean,
): DetailsTableData {
  const rows = sides.flatMap(({ plan }, side) =>
    plan.axis.labels.map((key, row) => ({
      key,
      value: (signed ? withSign : plain)(scores[side]?.[row] ?? Number.NaN),
    })),
  );
  return { caption, rows };
}
