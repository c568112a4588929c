/** In the page: when what changed in a cell's output was on the screen. */
declare global {
  interface Window {
    /** The last paint of anything, and the last of a canvas. */
    painted: { last: number; canvas: number };
  }
}

/** Starts to watch: nodes, attributes and letters in outputs, and canvases that are drawn on. Runs in the page. */
export function watchPaints(): void {
  const painted = { last: 0, canvas: 0 };
  const changed = (canvas: boolean) =>
    requestAnimationFrame(() => {
      // A task that comes after the frame is out.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        painted.last = performance.now();
        if (canvas) painted.canvas = painted.last;
      };
      port2.postMessage(null);
    });
  const inOutput = ({ target }: MutationRecord) =>
    (target instanceof Element ? target : target.parentElement)?.closest(".jp-OutputArea") != null;
  new MutationObserver((records) => {
    if (records.some(inOutput)) changed(false);
  }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  const clear = CanvasRenderingContext2D.prototype.clearRect;
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    changed(true);
    clear.apply(this, box);
  };
  Object.assign(window, { painted });
}

/** Milliseconds from `start` to the last paint, once all of `shown` is there and nothing changed for a while. */
export function settled({ start, shown }: { start: number; shown: string[] }): Promise<number> {
  const quiet = 300;
  const limit = 300_000;
  return new Promise((resolve, reject) => {
    const look = () => {
      if (performance.now() - start > limit) return reject(new Error(`not drawn: ${shown.join(", ")}`));
      const { last } = window.painted;
      const there = shown.every((selector) => document.querySelector(`.jp-OutputArea ${selector}`) !== null);
      if (!there || last <= start || performance.now() - last < quiet) return setTimeout(look, 10);
      // What a long task has just changed is not painted yet: its frame comes before this one's.
      return requestAnimationFrame(() =>
        setTimeout(() => (window.painted.last === last ? resolve(last - start) : look()), 20),
      );
    };
    look();
  });
}
