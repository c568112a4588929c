import type { AttentionRowRequest } from "../contract.js";
import { isMoot } from "./channel.js";

const REMEMBERED = 200;

/** A head's attention to each token, or why it could not be had; both empty while it is on its way. */
export interface AttentionRow {
  weights: Float32Array | null;
  failed: string;
}

const NONE: AttentionRow = { weights: null, failed: "" };

/** Rows of attention that this view has asked for: each once, and remembered while the run is on show. */
export class AttentionRows {
  readonly #rows = new Map<string, AttentionRow>();
  readonly #fetch: (request: AttentionRowRequest) => Promise<Float32Array>;
  readonly #onChange: () => void;

  constructor(fetch: (request: AttentionRowRequest) => Promise<Float32Array>, onChange: () => void) {
    this.#fetch = fetch;
    this.#onChange = onChange;
  }

  want(request: AttentionRowRequest): AttentionRow {
    const key = [request.run, request.layer, request.head, request.step].join("/");
    const known = this.#rows.get(key);
    if (known === undefined) void this.#ask(key, request);
    return known ?? NONE;
  }

  async #ask(key: string, request: AttentionRowRequest): Promise<void> {
    if (this.#rows.size >= REMEMBERED) this.#rows.clear();
    this.#rows.set(key, NONE);
    try {
      this.#rows.set(key, { weights: await this.#fetch(request), failed: "" });
    } catch (error) {
      if (isMoot(error)) return;
      this.#rows.set(key, { weights: null, failed: error instanceof Error ? error.message : String(error) });
    }
    this.#onChange();
  }
}
