/** Rows of one height, stacked. */
export interface Rows {
  count: number;
  height: number;
}

/** Row at a distance from the top; null outside. */
export function rowAt(rows: Rows, y: number): number | null {
  const row = Math.floor(y / rows.height);
  return row >= 0 && row < rows.count ? row : null;
}

/** Rows that show between two distances from the top, half-open. */
export function rowsBetween(rows: Rows, top: number, bottom: number): [start: number, stop: number] {
  const start = Math.min(rows.count, Math.max(0, Math.floor(top / rows.height)));
  return [start, Math.max(start, Math.min(rows.count, Math.ceil(bottom / rows.height)))];
}

/** Every how many rows a label fits. */
export function labelStep(rowHeight: number, labelHeight: number): number {
  return Math.max(1, Math.ceil(labelHeight / rowHeight));
}

/** A zoomed and panned picture in a window: window = picture * scale + offset. */
export interface Transform {
  scale: number;
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export const IDENTITY: Transform = { scale: 1, x: 0, y: 0 };

/** Zooms so that what is under a point of the window stays under it. */
export function zoomAbout(transform: Transform, scale: number, x: number, y: number): Transform {
  const ratio = scale / transform.scale;
  return { scale, x: x - (x - transform.x) * ratio, y: y - (y - transform.y) * ratio };
}

/** Keeps the picture over the window: no gap opens at an edge while the picture is larger than the window. */
export function clampTransform(transform: Transform, picture: Size, window: Size): Transform {
  const clamp = (offset: number, size: number, room: number) =>
    Math.min(0, Math.max(room - size * transform.scale, offset)) + 0;
  return {
    scale: transform.scale,
    x: picture.width * transform.scale <= window.width ? 0 : clamp(transform.x, picture.width, window.width),
    y:
      picture.height * transform.scale <= window.height
        ? 0
        : clamp(transform.y, picture.height, window.height),
  };
}

/** Moves as little as it takes to bring an interval of the picture into the window; for one axis. */
export function offsetToShow(offset: number, start: number, stop: number, room: number): number {
  if (start + offset < 0) return -start;
  return stop + offset > room ? room - stop : offset;
}
