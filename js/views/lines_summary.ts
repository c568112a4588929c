import { type LineSet, NO_LINES } from "../core/lines.js";

const TOO_MANY = "Too many lines to draw at once: point at a token or pin it to see its own.";

/** What the lines leave out, in words. */
export function linesSummary(lines: LineSet): string {
  if (lines === NO_LINES) return TOO_MANY;
  const share = Math.round(100 * lines.leftOut);
  // Two digits that say something.
  const floor = Number(lines.floor.toPrecision(2));
  return share === 0 ? "" : `${share}% of the weight is in lines under ${floor}, which are not drawn.`;
}
