import { atEnd, type WidgetModel } from "./lifecycle.js";
import { isLocked } from "./locks.js";

/** Long enough for both clicks of a double click to become one write. */
export const COMMIT_DELAY = 250;

/**
 * Gestures to traits. A trait changes at once for every view of the model; Python hears of it when the gesture has
 * settled, once.
 */
export class Commits<Traits> {
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly #model: WidgetModel<Traits>;

  constructor(model: WidgetModel<Traits>, signal: AbortSignal) {
    this.#model = model;
    // A view that goes takes no gesture with it.
    atEnd(signal, () => this.flush());
  }

  /** With `settled` false the gesture is still under way, and Python is not told. */
  put<Name extends keyof Traits & string>(name: Name, value: Traits[Name], settled = true): void {
    if (isLocked(this.#model, name)) return;
    this.#model.set(name, value);
    if (!settled) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), COMMIT_DELAY);
  }

  /** Tells Python now what has settled. */
  flush(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      this.#model.save_changes();
    } catch {
      // Without a kernel nobody listens; what was chosen holds for the views on the page.
    }
  }
}
