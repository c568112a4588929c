/** For so long what was shown before stays, in milliseconds, while what was chosen comes. */
const PATIENCE = 150;

/**
 * What comes in a moment takes the place of what was shown before, without a picture of nothing in between; what takes
 * longer is not waited for.
 */
export class Patience {
  readonly #onEnd: () => void;
  #since: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `onEnd` is called when it ends while something is still to come. */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  /** Whether to go on waiting. */
  lasts(): boolean {
    if (this.#since === null) {
      this.#since = performance.now();
      this.#timer = setTimeout(this.#onEnd, PATIENCE);
    }
    return performance.now() - this.#since < PATIENCE;
  }

  /** Nothing is waited for. */
  rest(): void {
    this.#since = null;
    clearTimeout(this.#timer);
  }
}
