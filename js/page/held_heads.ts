import type { AttentionPayload, HeadsRequest, KindMeta, Part, WireArray } from "../contract.js";
import { decodeArray } from "../core/codec.js";
import { holds } from "../core/part.js";
import type { Answer } from "./content.js";

/** Weight bytes [query, key] of a head, of a part of the positions or all of them. */
interface Piece {
  part: Part;
  bytes: Uint8Array;
}

/** The weight bytes that a file holds of an attention map, head by head. */
export class HeldHeads {
  readonly #payload: AttentionPayload;
  /** kind -> layer -> head -> what there is of it. */
  readonly #held = new Map<string, Map<number, Map<number, Piece[]>>>();

  constructor(payload: AttentionPayload, answers: Answer[]) {
    this.#payload = payload;
    for (const { request, arrays } of answers) {
      if (request.what !== "heads" || arrays[0] === undefined) continue;
      const { kind, layer, heads, part = null } = request as unknown as HeadsRequest;
      this.#put(kind, layer, heads, arrays[0], part);
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
    return this.#payload.meta.kinds.every((kindMeta) => this.whole(kindMeta));
  }

  /** Whether every head of every layer of a kind is held. */
  whole({ kind, layers, heads }: KindMeta): boolean {
    return layers.every((layer, index) => this.heads(kind, layer).length === heads[index]);
  }

  /** A part that is held of a head; null where none is. */
  part(kind: string, layer: number, head: number): Part | null {
    return this.#pieces(kind, layer, head)[0]?.part ?? null;
  }

  /** Whether a part, or all positions, is held of each of the heads. */
  has(kind: string, layer: number, heads: number[], part: Part | null): boolean {
    const wanted = part ?? this.#whole(kind);
    return heads.every((head) => this.#piece(kind, layer, head, wanted) !== undefined);
  }

  /** uint8 [head, query, key] of a part, or of all positions; null where that is not held of one of them. */
  bytes(kind: string, layer: number, heads: number[], part: Part | null): WireArray | null {
    const wanted = part ?? this.#whole(kind);
    const [queries, keys] = [wanted.query[1] - wanted.query[0], wanted.key[1] - wanted.key[0]];
    const data = new Uint8Array(heads.length * queries * keys);
    for (const [index, head] of heads.entries()) {
      const piece = this.#piece(kind, layer, head, wanted);
      if (piece === undefined) return null;
      cut(piece, wanted, data.subarray(index * queries * keys));
    }
    return { dtype: "uint8", shape: [heads.length, queries, keys], data };
  }

  #piece(kind: string, layer: number, head: number, { query, key }: Part): Piece | undefined {
    return this.#pieces(kind, layer, head).find(
      ({ part }) => holds(part, "query", query) && holds(part, "key", key),
    );
  }

  #pieces(kind: string, layer: number, head: number): Piece[] {
    return this.#held.get(kind)?.get(layer)?.get(head) ?? [];
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
        const count = heads[index] ?? 0;
        const data = bytes.subarray(index * widest * size, (index * widest + count) * size);
        const numbers = Array.from({ length: count }, (_, head) => head);
        this.#put(kind, layer, numbers, { dtype: "uint8", shape: [count, queries, keys], data }, null);
      });
    }
  }

  #put(kind: string, layer: number, heads: number[], array: WireArray, part: Part | null): void {
    const bytes = decodeArray(array, "uint8", "heads");
    const size = bytes.length / Math.max(1, heads.length);
    const layers = this.#held.get(kind) ?? new Map<number, Map<number, Piece[]>>();
    this.#held.set(kind, layers);
    const held = layers.get(layer) ?? new Map<number, Piece[]>();
    layers.set(layer, held);
    heads.forEach((head, index) => {
      const piece = {
        part: part ?? this.#whole(kind),
        bytes: bytes.subarray(index * size, (index + 1) * size),
      };
      held.set(head, [...(held.get(head) ?? []), piece]);
    });
  }

  #whole(kind: string): Part {
    const [queries, keys] = this.#sizes(kind);
    return { query: [0, queries], key: [0, keys] };
  }

  #sizes(kind: string): [number, number] {
    const { meta, tokens } = this.#payload;
    const names = meta.kinds.find((other) => other.kind === kind);
    return [tokens[names?.queries ?? ""]?.text.length ?? 0, tokens[names?.keys ?? ""]?.text.length ?? 0];
  }
}

/** Writes the wanted part of a piece, row by row. */
function cut({ part, bytes }: Piece, wanted: Part, into: Uint8Array): void {
  const [width, keys] = [part.key[1] - part.key[0], wanted.key[1] - wanted.key[0]];
  for (let query = wanted.query[0]; query < wanted.query[1]; query++) {
    const start = (query - part.query[0]) * width + wanted.key[0] - part.key[0];
    into.set(bytes.subarray(start, start + keys), (query - wanted.query[0]) * keys);
  }
}
