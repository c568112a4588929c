export interface Frame {
  /** Draws in the next frame, once, however often it is asked. */
  request(): void;
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
    cancel,
  };
}
