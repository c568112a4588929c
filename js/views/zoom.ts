/**
 * How much larger than its own pixels an element is drawn: a host may zoom by CSS, as a widget for a projector does
 * itself. Browsers that cannot say so do not scale what they measure either.
 */
export function zoomOf(element: Element): number {
  return element.currentCSSZoom ?? 1;
}

/** Device pixels in one of the element's own pixels. */
export function densityOf(element: Element): number {
  return Math.max(1, (window.devicePixelRatio || 1) * zoomOf(element));
}

/** Where a pointer is in an element, in the element's own pixels. */
export function pointIn(element: Element, event: MouseEvent): { x: number; y: number } {
  const box = element.getBoundingClientRect();
  const zoom = zoomOf(element);
  return { x: (event.clientX - box.left) / zoom, y: (event.clientY - box.top) / zoom };
}
