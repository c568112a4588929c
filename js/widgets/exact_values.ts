import type { CellRequest } from "../contract.js";
import { Answers } from "./answers.js";
import { atEnd } from "./lifecycle.js";

/** A pointer that crosses a cell on its way elsewhere asks for nothing. */
export const POINTING_DELAY = 50;

/**
 * Exact means over heads, asked for when a person points at a pair and remembered after. What is not here yet is
 * null; `onChange` says when it came.
 */
export class ExactValues {
  readonly #answers: Answers<CellRequest, number>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pointed = "";

  constructor(
    fetch: (request: CellRequest) => Promise<Float32Array>,
    onChange: () => void,
    signal: AbortSignal,
  ) {
    this.#answers = new Answers(async (request) => mean(await fetch(request)), onChange);
    atEnd(signal, () => clearTimeout(this.#timer));
  }

  /** The value of the pair that is pointed at now; asked for once the pointer rests. */
  point(request: CellRequest | null): number | null {
    const key = JSON.stringify(request);
    if (key !== this.#pointed) {
      this.#pointed = key;
      clearTimeout(this.#timer);
      if (request !== null) this.#timer = setTimeout(() => this.get(request), POINTING_DELAY);
    }
    return request === null ? null : this.#answers.known(request);
  }

  /** The value of any pair, asked for at once. */
  get(request: CellRequest): number | null {
    return request.heads.length === 0 ? null : this.#answers.want(request).value;
  }
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
