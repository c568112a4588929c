import { clampTransform, IDENTITY, type Size, type Transform, zoomAbout } from "../core/geometry.js";
import { on } from "./controls/dom.js";
import { pointIn } from "./zoom.js";

export interface PanZoomOptions {
  /** Size of the picture before zooming, and of the window through which it is seen; both change with the layout. */
  picture(): Size;
  window(): Size;
  /** Where in the target the window begins. */
  origin(): { x: number; y: number };
  most(): number;
  onChange(): void;
  /** Pressed and released without moving away. */
  onClick(event: PointerEvent): void;
}

export interface PanZoom {
  readonly transform: Transform;
  /** Whether a drag is under way, during which nothing is pointed at. */
  readonly dragging: boolean;
  /** One step nearer, or farther, about the middle. */
  zoom(direction: 1 | -1): void;
  set(transform: Transform): void;
  /** Back to the whole picture, which is another one now. */
  reset(): void;
}

/** How far a pointer may wander and still click. */
const SLACK = 4;
const STEP = 1.5;

/**
 * Zooms with Ctrl or Command and the wheel (which is also what a pinch on a touch pad sends), with two fingers, and pans by
 * dragging. The plain wheel stays with the page, which is usually a notebook that somebody scrolls through.
 */
export function panZoom(target: HTMLElement, options: PanZoomOptions, signal: AbortSignal): PanZoom {
  const pointers = new Map<number, { x: number; y: number }>();
  let transform = IDENTITY;
  let moved = false;

  const allowed = (scale: number) => Math.min(options.most(), Math.max(1, scale));

  function set(next: Transform): void {
    const within = { ...next, scale: allowed(next.scale) };
    const clamped = clampTransform(within, options.picture(), options.window());
    const { scale, x, y } = transform;
    if (clamped.scale === scale && clamped.x === x && clamped.y === y) return;
    transform = clamped;
    // One finger scrolls the page until there is something to pan.
    target.style.touchAction = clamped.scale > 1 ? "none" : "pan-x pan-y";
    options.onChange();
  }

  function zoomTo(scale: number, x: number, y: number): void {
    set(zoomAbout(transform, allowed(scale), x, y));
  }

  function at(event: MouseEvent): { x: number; y: number } {
    const { x, y } = pointIn(target, event);
    const origin = options.origin();
    return { x: x - origin.x, y: y - origin.y };
  }

  function release(event: PointerEvent, clicked: boolean): void {
    if (!pointers.delete(event.pointerId) || pointers.size > 0) return;
    if (clicked && !moved) options.onClick(event);
    moved = false;
  }

  on(
    target,
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const { x, y } = at(event);
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      zoomTo(transform.scale * 2 ** (-event.deltaY * lines * 0.01), x, y);
    },
    signal,
  );
  on(
    target,
    "pointerdown",
    (event) => {
      if (event.button !== 0) return;
      pointers.set(event.pointerId, at(event));
      target.setPointerCapture?.(event.pointerId);
      if (pointers.size === 1) moved = false;
    },
    signal,
  );
  on(
    target,
    "pointermove",
    (event) => {
      const before = pointers.get(event.pointerId);
      if (before === undefined) return;
      const now = at(event);
      if (!moved && Math.hypot(now.x - before.x, now.y - before.y) < SLACK) return;
      moved = true;
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      pointers.set(event.pointerId, now);
      if (other === undefined) {
        const { scale, x, y } = transform;
        set({ scale, x: x + now.x - before.x, y: y + now.y - before.y });
        return;
      }
      const spread = (point: { x: number; y: number }) => Math.hypot(point.x - other.x, point.y - other.y);
      const scale = (transform.scale * spread(now)) / Math.max(1, spread(before));
      zoomTo(scale, (now.x + other.x) / 2, (now.y + other.y) / 2);
    },
    signal,
  );
  on(target, "pointerup", (event) => release(event, true), signal);
  on(target, "pointercancel", (event) => release(event, false), signal);

  return {
    get transform() {
      return transform;
    },
    get dragging() {
      return moved;
    },
    zoom(direction) {
      const { width, height } = options.window();
      zoomTo(transform.scale * STEP ** direction, width / 2, height / 2);
    },
    set,
    reset() {
      transform = IDENTITY;
    },
  };
}
