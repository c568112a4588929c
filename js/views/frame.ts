export interface Frame {
  /** Draws in the next frame, once, however often it is asked. */
  request(): void;
  /** Draws at once, in place of what was asked for: for whoever is called in a frame already, where asking takes one more. */
  now(): void;
  cancel(): void;
}

/** Drawing that waits for the next frame, and is let go at the signal. */
export function frame(draw: () => void, signal?: AbortSignal): Frame {
  let pending = 0;
  function cancel(): void {
    cancelAnimationFrame(pending);
    pending = 0;
  }
  signal?.addEventListener("abort", cancel, { once: true });
  return {
    request() {
      if (pending === 0) {
        pending = requestAnimationFrame(() => {
          pending = 0;
          draw();
        });
      }
    },
    now() {
      cancel();
      draw();
    },
    cancel,
  };
}
