import { errorWords } from "../core/words.js";
import { isMoot } from "./channel.js";

const REMEMBERED = 200;

/** What a request was answered with, or why it could not be; both empty while the answer is on its way. */
export interface Answer<Value> {
  value: Value | null;
  failed: string;
}

const NONE = { value: null, failed: "" };

/** Answers to requests of one kind that this view has made: each asked for once, and remembered. */
export class Answers<Asked extends object, Value> {
  readonly #answers = new Map<string, Answer<Value>>();
  readonly #fetch: (request: Asked) => Promise<Value>;
  readonly #onChange: () => void;

  constructor(fetch: (request: Asked) => Promise<Value>, onChange: () => void) {
    this.#fetch = fetch;
    this.#onChange = onChange;
  }

  /** The same request is the same fields in the same order. */
  want(request: Asked): Answer<Value> {
    const key = JSON.stringify(request);
    const known = this.#answers.get(key);
    if (known === undefined) void this.#ask(key, request);
    return known ?? NONE;
  }

  /** What is known of it; nothing is asked for. */
  known(request: Asked): Value | null {
    return this.#answers.get(JSON.stringify(request))?.value ?? null;
  }

  /** An answer that came without being asked for. */
  seed(request: Asked, value: Value): void {
    this.#answers.set(JSON.stringify(request), { value, failed: "" });
  }

  /** What failed is asked for again when it is wanted again. */
  forgive(): void {
    for (const [key, { failed }] of this.#answers) if (failed !== "") this.#answers.delete(key);
  }

  async #ask(key: string, request: Asked): Promise<void> {
    if (this.#answers.size >= REMEMBERED) this.#answers.clear();
    this.#answers.set(key, NONE);
    try {
      this.#answers.set(key, { value: await this.#fetch(request), failed: "" });
    } catch (error) {
      if (isMoot(error)) return;
      this.#answers.set(key, { value: null, failed: errorWords(error) });
    }
    this.#onChange();
  }
}
