import type { WireBeam } from "../contract.js";

/** Where the nodes of a tree of beams stand: a column a step, the best of each on top. */
export interface BeamLayout {
  /** The nodes of each column, best first. */
  columns: number[][];
  /** The place of every node in its column, from the top. */
  row: Int32Array;
  /** Nodes that go on from each node, best first. */
  children: number[][];
  /** The longest column. */
  rows: number;
}

export function beamLayout(nodes: WireBeam[]): BeamLayout {
  const columns: number[][] = [];
  const children: number[][] = nodes.map(() => []);
  nodes.forEach(({ step, parent }, node) => {
    columns[step] ??= [];
    columns[step].push(node);
    if (parent !== null) children[parent]?.push(node);
  });
  const byScore = (a: number, b: number) => (nodes[b]?.score ?? 0) - (nodes[a]?.score ?? 0);
  // Steps before the first of the search, where its beginning was put there, have no nodes.
  const all = Array.from(columns, (column) => (column ?? []).sort(byScore));
  for (const own of children) own.sort(byScore);
  const row = new Int32Array(nodes.length);
  for (const column of all)
    column.forEach((node, place) => {
      row[node] = place;
    });
  return { columns: all, row, children, rows: Math.max(0, ...all.map(({ length }) => length)) };
}

/** The nodes from the first token to this one. */
export function beamPath(nodes: WireBeam[], node: number): number[] {
  const path: number[] = [];
  for (let at: number | null = node; at !== null; at = nodes[at]?.parent ?? null) path.unshift(at);
  return path;
}
