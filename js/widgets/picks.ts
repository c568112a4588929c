import type { SideSelection } from "../contract.js";

export type Span = readonly [start: number, stop: number];

/** Whether two half-open spans have a position in common. */
export function overlaps([start, stop]: Span, [otherStart, otherStop]: Span): boolean {
  return start < otherStop && stop > otherStart;
}

/** Whether a row stands for a token that is picked. */
export function isPicked(selection: SideSelection[], side: number, span: Span): boolean {
  return selection.some((pick) => pick.side === side && overlaps([pick.start, pick.stop], span));
}

/** Picks the tokens of a row, or lets them go. */
export function togglePick(selection: SideSelection[], side: number, [start, stop]: Span): SideSelection[] {
  const others = selection.filter((pick) => !isPicked([pick], side, [start, stop]));
  return others.length < selection.length ? others : [...selection, { side, start, stop }];
}
