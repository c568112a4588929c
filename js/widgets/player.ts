/** How long a step stays while they are played. */
export const STEP_TIME = 900;

/** Goes on by itself, a step at a time, until it is stopped or `next` says that there are no more. */
export function player(next: () => boolean, onChange: () => void) {
  let timer: ReturnType<typeof setInterval> | undefined;

  function stop(): void {
    if (timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
    onChange();
  }

  return {
    on: () => timer !== undefined,
    start(): void {
      timer ??= setInterval(() => next() || stop(), STEP_TIME);
      onChange();
    },
    stop,
  };
}
