import type { CellRequest } from "../contract.js";
import { atEnd } from "./lifecycle.js";

/** A pointer that crosses a cell on its way elsewhere asks for nothing. */
export const POINTING_DELAY = 50;
const REMEMBERED = 2000;

/**
 * Exact means over heads, asked for when a person points at a pair and remembered after. What is not here yet is
 * null; `onChange` says when it came.
 */
export class ExactValues {
  readonly #values = new Map<string, number>();
  readonly #underway = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pointed = "";

  readonly #fetch: (request: CellRequest) => Promise<Float32Array>;
  readonly #onChange: () => void;

  constructor(
    fetch: (request: CellRequest) => Promise<Float32Array>,
    onChange: () => void,
    signal: AbortSignal,
  ) {
    this.#fetch = fetch;
    this.#onChange = onChange;
    atEnd(signal, () => clearTimeout(this.#timer));
  }

  /** The value of the pair that is pointed at now; asked for once the pointer rests. */
  point(request: CellRequest | null): number | null {
    const key = request === null ? "" : keyOf(request);
    if (key !== this.#pointed) {
      this.#pointed = key;
      clearTimeout(this.#timer);
      if (request !== null && !this.#values.has(key)) {
        this.#timer = setTimeout(() => void this.#ask(request), POINTING_DELAY);
      }
    }
    return this.#values.get(key) ?? null;
  }

  /** The value of any pair, asked for at once. */
  get(request: CellRequest): number | null {
    const key = keyOf(request);
    const value = this.#values.get(key);
    if (value === undefined) void this.#ask(request);
    return value ?? null;
  }

  async #ask(request: CellRequest): Promise<void> {
    const key = keyOf(request);
    if (request.heads.length === 0 || this.#underway.has(key)) return;
    this.#underway.add(key);
    try {
      const heads = await this.#fetch(request);
      if (this.#values.size >= REMEMBERED) this.#values.clear();
      this.#values.set(key, mean(heads));
      this.#underway.delete(key);
      this.#onChange();
    } catch {
      // Stays under way: without an exact value the drawn one is shown, and asking again would not help.
    }
  }
}

function keyOf(request: CellRequest): string {
  return [request.run, request.kind, request.layer, request.heads, request.query, request.key].join("|");
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
