import { atEnd, onChange, type WidgetModel } from "./lifecycle.js";
import { isLocked } from "./locks.js";

/** Long enough for both clicks of a double click to become one write. */
export const COMMIT_DELAY = 250;

/**
 * Gestures to traits. A trait changes at once for every view of the model; Python hears of it when the gesture has
 * settled, once.
 *
 * Python echoes what it hears. An echo that comes while the next gesture is on its way is older than what is on show: it
 * takes nothing back.
 */
export class Commits<Traits> {
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What gestures have chosen and Python does not know yet. */
  readonly #chosen = new Map<string, unknown>();
  /** What Python was told last of each trait. */
  readonly #told = new Map<string, string>();

  readonly #model: WidgetModel<Traits>;
  readonly #signal: AbortSignal;

  constructor(model: WidgetModel<Traits>, signal: AbortSignal) {
    this.#model = model;
    this.#signal = signal;
    // A view that goes takes no gesture with it.
    atEnd(signal, () => this.flush());
  }

  /** With `settled` false the gesture is still under way, and Python is not told. */
  put<Name extends keyof Traits & string>(name: Name, value: Traits[Name], settled = true): void {
    if (isLocked(this.#model, name)) return;
    if (!this.#told.has(name)) {
      this.#told.set(name, "");
      onChange(this.#model, [name], () => this.#keep(name), this.#signal);
    }
    this.#chosen.set(name, value);
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
    for (const [name, value] of this.#chosen) this.#told.set(name, JSON.stringify(value));
    this.#chosen.clear();
    try {
      this.#model.save_changes();
    } catch {
      // Without a kernel nobody listens; what was chosen holds for the views on the page.
    }
  }

  #keep<Name extends keyof Traits & string>(name: Name): void {
    const echoed = JSON.stringify(this.#model.get(name)) === this.#told.get(name);
    if (echoed && this.#chosen.has(name)) this.#model.set(name, this.#chosen.get(name) as Traits[Name]);
  }
}
