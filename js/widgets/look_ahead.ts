import { type AttentionState, headsOf } from "./attention_state.js";
import type { HeadStore } from "./head_store.js";

/** After this long without another step, the next layer is asked for. */
const SETTLED = 100;

/** Whoever goes from layer to layer is answered from what is here: the next one comes before it is looked at. */
export class LookAhead {
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #store: HeadStore;

  constructor(store: HeadStore) {
    this.#store = store;
  }

  /** What is drawn now and what was drawn before: the layer in the same direction comes while this one is looked at. */
  follow(state: AttentionState, before: AttentionState | undefined): void {
    if (before === undefined || before.layer === state.layer || before.kind !== state.kind) return;
    this.rest();
    const by = Math.sign(state.layer - before.layer);
    this.#timer = setTimeout(() => this.fetch(state, by), SETTLED);
  }

  /** Asks for the layer so many places after this one, if there is one. */
  fetch({ kindMeta, kind, layer, heads, part, meta }: AttentionState, by: number): void {
    const { layers } = kindMeta;
    const next = layers[layers.indexOf(layer) + by];
    if (next === undefined) return;
    const there = heads.filter((head) => head < headsOf(kindMeta, next));
    this.#store.ahead({ run: meta.run, kind, layer: next, heads: there, part });
  }

  rest(): void {
    clearTimeout(this.#timer);
  }
}
