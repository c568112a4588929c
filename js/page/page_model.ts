import type { Request, RequestMessage, WireArray } from "../contract.js";
import type { Listener, WidgetModel } from "../widgets/lifecycle.js";

export type Traits = Record<string, unknown>;

/** What a file can answer, and which choices it has something for. */
export interface Holding {
  /** What it is, in words. */
  readonly about: string;
  /** The arrays of the answer; or words that say why there is none. */
  answer(request: Request): WireArray[] | string;
  /** What to change of the traits that were chosen, where they cannot be shown as those before could, and why. */
  admit(before: Traits, chosen: Traits): { traits: Traits; refused: string };
}

/**
 * Stands in for the model that a notebook has: traits live in the page, and requests are answered from what the file
 * holds. Choices are looked at when the turn is over, because gestures set several traits that belong together.
 */
export class PageModel implements WidgetModel<Traits> {
  readonly #traits: Traits;
  readonly #holding: Holding;
  readonly #onRefused: (words: string) => void;
  readonly #listeners = new Map<string, Set<Listener>>();
  #before: Traits;
  #settling = false;

  constructor(traits: Traits, holding: Holding, onRefused: (words: string) => void) {
    this.#traits = { ...traits, ...holding.admit(traits, traits).traits };
    this.#before = { ...this.#traits };
    this.#holding = holding;
    this.#onRefused = onRefused;
  }

  get(name: string): unknown {
    return this.#traits[name];
  }

  set(name: string, value: unknown): void {
    this.#put(name, value);
    if (this.#settling) return;
    this.#settling = true;
    queueMicrotask(() => {
      const { traits, refused } = this.#holding.admit(this.#before, this.#traits);
      for (const [name, value] of Object.entries(traits)) this.#put(name, value);
      this.#before = { ...this.#traits };
      this.#settling = false;
      this.#onRefused(refused);
    });
  }

  save_changes(): void {}

  send(content: unknown): void {
    const { id, request } = content as RequestMessage;
    // After the sender has taken note of its own request, as with a kernel.
    queueMicrotask(() => {
      const answer = this.#holding.answer(request);
      if (typeof answer === "string") {
        this.#emit("msg:custom", {
          type: "response",
          id,
          ok: false,
          name: "NotKept",
          message: answer,
          offer: null,
        });
        return;
      }
      const arrays = answer.map(({ dtype, shape }) => ({ dtype, shape }));
      const buffers = answer.map(({ data }) =>
        data instanceof ArrayBuffer
          ? new DataView(data)
          : new DataView(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
      );
      this.#emit("msg:custom", { type: "response", id, ok: true, arrays }, buffers);
    });
  }

  on(event: string, callback: Listener): void {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(callback));
  }

  off(event: string, callback: Listener): void {
    this.#listeners.get(event)?.delete(callback);
  }

  #put(name: string, value: unknown): void {
    if (JSON.stringify(this.#traits[name]) === JSON.stringify(value)) return;
    this.#traits[name] = value;
    this.#emit(`change:${name}`);
  }

  #emit(event: string, message?: unknown, buffers: DataView[] = []): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(message, buffers);
  }
}
