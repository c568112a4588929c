import { clampTransform, IDENTITY, type Size, type Transform, zoomAbout } from "../core/geometry.js";

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

/** How far a pointer may wander and still click. */
const SLACK = 4;
const STEP = 1.5;

/**
 * Zooms with Ctrl or Command and the wheel (which is also what a pinch on a touch pad sends), with two fingers, and pans by
 * dragging. The plain wheel stays with the page, which is usually a notebook that somebody scrolls through.
 */
export class PanZoom {
  transform: Transform = IDENTITY;
  readonly #pointers = new Map<number, { x: number; y: number }>();
  #moved = false;

  constructor(
    private readonly target: HTMLElement,
    private readonly options: PanZoomOptions,
    signal: AbortSignal,
  ) {
    const listen = <K extends keyof HTMLElementEventMap>(
      type: K,
      heard: (event: HTMLElementEventMap[K]) => void,
    ) => target.addEventListener(type, heard, { signal, passive: type !== "wheel" });
    listen("wheel", (event) => this.#wheel(event));
    listen("pointerdown", (event) => this.#press(event));
    listen("pointermove", (event) => this.#move(event));
    listen("pointerup", (event) => this.#release(event, true));
    listen("pointercancel", (event) => this.#release(event, false));
  }

  /** Whether a drag is under way, during which nothing is pointed at. */
  get dragging(): boolean {
    return this.#moved;
  }

  zoom(direction: 1 | -1): void {
    const { width, height } = this.options.window();
    this.#zoomTo(this.transform.scale * STEP ** direction, width / 2, height / 2);
  }

  set(transform: Transform): void {
    const scale = Math.min(this.options.most(), Math.max(1, transform.scale));
    const clamped = clampTransform({ ...transform, scale }, this.options.picture(), this.options.window());
    const { scale: s, x, y } = this.transform;
    if (clamped.scale === s && clamped.x === x && clamped.y === y) return;
    this.transform = clamped;
    // One finger scrolls the page until there is something to pan.
    this.target.style.touchAction = clamped.scale > 1 ? "none" : "pan-x pan-y";
    this.options.onChange();
  }

  #zoomTo(scale: number, x: number, y: number): void {
    const allowed = Math.min(this.options.most(), Math.max(1, scale));
    this.set(zoomAbout(this.transform, allowed, x, y));
  }

  #at(event: MouseEvent): { x: number; y: number } {
    const box = this.target.getBoundingClientRect();
    const origin = this.options.origin();
    return { x: event.clientX - box.left - origin.x, y: event.clientY - box.top - origin.y };
  }

  #wheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const { x, y } = this.#at(event);
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    this.#zoomTo(this.transform.scale * 2 ** (-event.deltaY * lines * 0.01), x, y);
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#pointers.set(event.pointerId, this.#at(event));
    this.target.setPointerCapture?.(event.pointerId);
    if (this.#pointers.size === 1) this.#moved = false;
  }

  #move(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId);
    if (before === undefined) return;
    const now = this.#at(event);
    if (!this.#moved && Math.hypot(now.x - before.x, now.y - before.y) < SLACK) return;
    this.#moved = true;
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, now);
    if (other === undefined) {
      const { scale, x, y } = this.transform;
      this.set({ scale, x: x + now.x - before.x, y: y + now.y - before.y });
      return;
    }
    const spread = (point: { x: number; y: number }) => Math.hypot(point.x - other.x, point.y - other.y);
    const scale = (this.transform.scale * spread(now)) / Math.max(1, spread(before));
    this.#zoomTo(scale, (now.x + other.x) / 2, (now.y + other.y) / 2);
  }

  #release(event: PointerEvent, clicked: boolean): void {
    if (!this.#pointers.delete(event.pointerId) || this.#pointers.size > 0) return;
    if (clicked && !this.#moved) this.options.onClick(event);
    this.#moved = false;
  }
}
