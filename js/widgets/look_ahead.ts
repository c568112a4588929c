import { type AttentionState, headsOf } from "./attention_state.js";
import type { HeadStore, Held } from "./head_store.js";

/** After this long without another step, the next layer is asked for. */
const SETTLED = 100;
/** A layer of so few weights comes before anybody shows that it will be looked at. */
const SMALL = 2 ** 18;

/** Whoever goes from layer to layer is answered from what is here: the next one comes before it is looked at. */
export class LookAhead {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #before: AttentionState | undefined;
  readonly #store: HeadStore;

  constructor(store: HeadStore) {
    this.#store = store;
  }

  /**
   * What is drawn now: the layer in the direction of the last step comes while this one is looked at. Of a short text the
   * second comes with the first.
   */
  follow(state: AttentionState, { bytes, pending }: Held): void {
    if (pending.length > 0) return;
    const before = this.#before;
    this.#before = state;
    const weights = () => [...bytes.values()].reduce((sum, { length }) => sum + length, 0);
    const by =
      before?.payload === state.payload && before.kind === state.kind
        ? Math.sign(state.layer - before.layer)
        : Number(weights() <= SMALL);
    if (by === 0) return;
    this.rest();
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
