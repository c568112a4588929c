import type { AttentionKind, AttentionPayload, KindMeta, ThumbnailsRequest, WireArray } from "../contract.js";
import { atEnd } from "./lifecycle.js";

export interface ThumbnailSource {
  fetch(request: ThumbnailsRequest): Promise<WireArray>;
  decode(array: WireArray): Uint8Array;
  /** Something better arrived: draw anew. */
  onChange(): void;
}

/** The thumbnails of a kind: weight bytes [layer, head, row, column], blank where none has come yet. */
export interface Thumbnails {
  levels: Uint8Array;
  shape: [layers: number, heads: number, rows: number, columns: number];
  /** Layers whose thumbnails are made of all rows. */
  exact: number;
}

/** Between two requests, so that whatever a person asks for comes first. */
const PAUSE = 150;

/**
 * The thumbnails that came with a payload, and better ones: those of layers that it left out, then those from which rows
 * were left out, one layer after another, beginning with the one that is looked at.
 */
export class ThumbnailStore {
  readonly #source: ThumbnailSource;
  #payload: AttentionPayload | null = null;
  readonly #kinds = new Map<AttentionKind, Thumbnails & { here: Set<number>; refined: Set<number> }>();
  /** The payload whose thumbnails are being asked for, or could not be had. */
  #busy: AttentionPayload | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(source: ThumbnailSource, signal: AbortSignal) {
    this.#source = source;
    atEnd(signal, () => clearTimeout(this.#timer));
  }

  /** Throws where the bytes cannot be read. */
  want(payload: AttentionPayload, kindMeta: KindMeta): Thumbnails | null {
    if (payload !== this.#payload) {
      this.#payload = payload;
      this.#kinds.clear();
    }
    const { kind } = kindMeta;
    if (!this.#kinds.has(kind)) this.#seed(payload, kindMeta);
    return this.#kinds.get(kind) ?? null;
  }

  /** Asks for what is missing, in a while: of a picture that is drawn, so that the kernel takes nothing from drawing it. */
  improve(payload: AttentionPayload, { kind, layers }: KindMeta, layer: number): void {
    const held = this.#kinds.get(kind);
    if (this.#busy === payload || held === undefined) return;
    const missing = layers.filter((other) => !held.here.has(other));
    const rough = [layer, ...layers].find((other) => !held.refined.has(other));
    const wanted =
      missing.length > 0 ? missing.slice(0, Math.max(1, held.here.size)) : rough === undefined ? [] : [rough];
    if (wanted.length === 0) return;
    this.#busy = payload;
    this.#timer = setTimeout(
      () => void this.#fetch(payload, kind, layers, wanted, missing.length === 0),
      PAUSE,
    );
  }

  #seed(payload: AttentionPayload, { kind, layers }: KindMeta): void {
    const array = payload.arrays[`thumbnails/${kind}`];
    const meta = payload.meta.thumbnails[kind];
    if (array === undefined || meta === undefined) return;
    const [, heads = 0, rows = 0, columns = 0] = array.shape;
    const shape: Thumbnails["shape"] = [layers.length, heads, rows, columns];
    const levels = new Uint8Array(layers.length * heads * rows * columns);
    this.#kinds.set(kind, { levels, shape, exact: 0, here: new Set(), refined: new Set() });
    this.#put(kind, layers, meta.layers, this.#source.decode(array), meta.exact);
  }

  #put(kind: AttentionKind, all: number[], layers: number[], bytes: Uint8Array, exact: boolean): void {
    const held = this.#kinds.get(kind);
    if (held === undefined) return;
    const size = held.levels.length / all.length;
    // Other bytes are another array, by which views tell that there is something to draw.
    const levels = held.levels.slice();
    layers.forEach((layer, index) => {
      levels.set(bytes.subarray(index * size, (index + 1) * size), all.indexOf(layer) * size);
      held.here.add(layer);
      if (exact) held.refined.add(layer);
    });
    this.#kinds.set(kind, { ...held, levels, exact: held.refined.size });
  }

  async #fetch(
    payload: AttentionPayload,
    kind: AttentionKind,
    all: number[],
    layers: number[],
    exact: boolean,
  ): Promise<void> {
    try {
      const array = await this.#source.fetch({
        what: "thumbnails",
        run: payload.meta.run,
        kind,
        layers,
        exact,
      });
      if (payload !== this.#payload) return;
      this.#put(kind, all, layers, this.#source.decode(array), exact);
    } catch {
      // What is drawn stands, and says what it is made of: nothing better is asked for until there is another map.
      return;
    }
    this.#busy = null;
    this.#source.onChange();
  }
}
