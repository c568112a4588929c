export interface Frame {
  /** Draws in the next frame, once, however often it is asked. */
  request(): void;
  cancel(): void;
}

export function frame(draw: () => void): Frame {
  let pending = 0;
  return {
    request() {
      if (pending === 0) {
        pending = requestAnimationFrame(() => {
          pending = 0;
          draw();
        });
      }
    },
    cancel() {
      cancelAnimationFrame(pending);
      pending = 0;
    },
  };
}
