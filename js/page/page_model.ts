import type { Request, RequestMessage, WireArray } from "../contract.js";
import { TraitModel } from "../widgets/trait_model.js";

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
export class PageModel extends TraitModel<Traits> {
  readonly #holding: Holding;
  readonly #onRefused: (words: string) => void;
  #before: Traits;
  #settling = false;

  constructor(traits: Traits, holding: Holding, onRefused: (words: string) => void) {
    super({ ...traits, ...holding.admit(traits, traits).traits });
    this.#before = { ...this.traits };
    this.#holding = holding;
    this.#onRefused = onRefused;
  }

  override set(name: string, value: unknown): void {
    super.set(name, value);
    if (this.#settling) return;
    this.#settling = true;
    queueMicrotask(() => {
      const { traits, refused } = this.#holding.admit(this.#before, this.traits);
      for (const [name, value] of Object.entries(traits)) super.set(name, value);
      this.#before = { ...this.traits };
      this.#settling = false;
      this.#onRefused(refused);
    });
  }

  send(content: unknown): void {
    const { id, request } = content as RequestMessage;
    // After the sender has taken note of its own request, as with a kernel.
    queueMicrotask(() => {
      const answer = this.#holding.answer(request);
      if (typeof answer === "string") {
        this.refuse(id, "NotKept", answer);
        return;
      }
      const viewed = ({ dtype, shape, data }: WireArray) => ({
        dtype,
        shape,
        data:
          data instanceof ArrayBuffer
            ? new DataView(data)
            : new DataView(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
      });
      this.succeed(id, ...answer.map(viewed));
    });
  }
}
