/** Where the thumbnails are, in CSS pixels. */
export interface GridLayout {
  /** Room for the layers' and the heads' numbers. */
  left: number;
  top: number;
  thumb: number;
  /** Distance from one thumbnail to the next. */
  pitch: number;
  columns: number;
  rows: number;
  width: number;
  height: number;
}

const GAP = 5;
/** As in attention_grid.css. */
const MOST_HEIGHT = 560;
const THUMB = { least: 26, most: 48 };

export function gridLayout(
  shape: { layers: number; heads: number; side: number },
  available: number,
  density: number,
): GridLayout {
  const left = 30;
  const top = 22;
  // All layers at once where that leaves thumbnails large enough to read; else the grid scrolls.
  const room = Math.min(
    (available - left) / Math.max(1, shape.heads) - GAP,
    (MOST_HEIGHT - top) / Math.max(1, shape.layers) - GAP,
  );
  const thumb = sharp(Math.min(THUMB.most, Math.max(THUMB.least, Math.floor(room))), shape.side, density);
  const pitch = thumb + GAP;
  return {
    left,
    top,
    thumb,
    pitch,
    columns: shape.heads,
    rows: shape.layers,
    width: left + shape.heads * pitch + 1,
    height: top + shape.layers * pitch + 1,
  };
}

/** A whole number of device pixels for each cell, where there are so many; a smaller thumbnail is smoothed. */
function sharp(thumb: number, side: number, density: number): number {
  const times = Math.floor((thumb * density) / Math.max(1, side));
  return times >= 1 ? (times * side) / density : thumb;
}

/** The thumbnail at a point of the grid; null between them and beside them. */
export function thumbAt(layout: GridLayout, x: number, y: number): { row: number; column: number } | null {
  const [column, row] = [
    Math.floor((x - layout.left) / layout.pitch),
    Math.floor((y - layout.top) / layout.pitch),
  ];
  const inside = column >= 0 && row >= 0 && column < layout.columns && row < layout.rows;
  return inside ? { row, column } : null;
}
