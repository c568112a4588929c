/**
 * Hears of the element's sizes. The first is also the first sign that the page has taken the element in: before, neither
 * its colours nor its type face are known.
 */
export function onResize(element: Element, heard: () => void, signal: AbortSignal): void {
  const observer = new ResizeObserver(heard);
  observer.observe(element);
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
}
