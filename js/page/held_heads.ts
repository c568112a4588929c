import type { AttentionPayload, WireArray } from "../contract.js";
import { decodeArray } from "../core/codec.js";
import type { Answer } from "./content.js";

/** The weight bytes that a file holds of an attention map, head by head. */
export class HeldHeads {
  readonly #payload: AttentionPayload;
  /** kind -> layer -> head -> bytes [query, key]. */
  readonly #held = new Map<string, Map<number, Map<number, Uint8Array>>>();

  constructor(payload: AttentionPayload, answers: Answer[]) {
    this.#payload = payload;
    for (const { request, arrays } of answers) {
      if (request.what !== "heads" || arrays[0] === undefined) continue;
      this.#put(request.kind as string, request.layer as number, request.heads as number[], arrays[0]);
    }
    this.#putThumbnails();
  }

  layers(kind: string): number[] {
    return [...(this.#held.get(kind)?.keys() ?? [])].sort((a, b) => a - b);
  }

  heads(kind: string, layer: number): number[] {
    return [...(this.#held.get(kind)?.get(layer)?.keys() ?? [])].sort((a, b) => a - b);
  }

  /** Whether every head of every layer is held. */
  get all(): boolean {
    return this.#payload.meta.kinds.every(({ kind, layers, heads }) =>
      layers.every((layer, index) => this.heads(kind, layer).length === heads[index]),
    );
  }

  /** uint8 [head, query, key]; null where one of them is not held. */
  bytes(kind: string, layer: number, heads: number[]): WireArray | null {
    const held = heads.map((head) => this.#held.get(kind)?.get(layer)?.get(head));
    const [queries, keys] = this.#sizes(kind);
    const data = new Uint8Array(heads.length * queries * keys);
    for (const [index, bytes] of held.entries()) {
      if (bytes === undefined) return null;
      data.set(bytes, index * queries * keys);
    }
    return { dtype: "uint8", shape: [heads.length, queries, keys], data };
  }

  /** Thumbnails of a short text have one cell a pair: where no heads were kept, they are the heads themselves. */
  #putThumbnails(): void {
    for (const { kind, layers, heads } of this.#payload.meta.kinds) {
      const array = this.#payload.arrays[`thumbnails/${kind}`];
      if (array === undefined || this.#held.has(kind)) continue;
      const [, widest = 0, rows, columns] = array.shape;
      const [queries, keys] = this.#sizes(kind);
      if (rows !== queries || columns !== keys) continue;
      const bytes = decodeArray(array, "uint8", "thumbnails");
      const size = queries * keys;
      layers.forEach((layer, index) => {
        const data = bytes.subarray(index * widest * size, (index + 1) * widest * size);
        const numbers = Array.from({ length: heads[index] ?? 0 }, (_, head) => head);
        this.#put(kind, layer, numbers, { dtype: "uint8", shape: [widest, queries, keys], data });
      });
    }
  }

  #put(kind: string, layer: number, heads: number[], array: WireArray): void {
    const bytes = decodeArray(array, "uint8", "heads");
    const [queries, keys] = this.#sizes(kind);
    const size = queries * keys;
    const layers = this.#held.get(kind) ?? new Map<number, Map<number, Uint8Array>>();
    this.#held.set(kind, layers);
    const held = layers.get(layer) ?? new Map<number, Uint8Array>();
    layers.set(layer, held);
    heads.forEach((head, index) => {
      held.set(head, bytes.subarray(index * size, (index + 1) * size));
    });
  }

  #sizes(kind: string): [number, number] {
    const { meta, tokens } = this.#payload;
    const names = meta.kinds.find((other) => other.kind === kind);
    return [tokens[names?.queries ?? ""]?.text.length ?? 0, tokens[names?.keys ?? ""]?.text.length ?? 0];
  }
}
