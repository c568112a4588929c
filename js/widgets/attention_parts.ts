import type { Selection } from "../contract.js";
import { meanLevels } from "../core/cells.js";
import { findSpans } from "../core/find.js";
import { holds, partAround } from "../core/part.js";
import { h } from "../views/controls/dom.js";
import { findBox } from "../views/controls/find_box.js";
import { type PartOverviewData, partOverview } from "../views/part_overview.js";
import type { AttentionGestures } from "./attention_gestures.js";
import { type AttentionState, countsOf } from "./attention_state.js";
import { samePin } from "./pins.js";
import { remembered } from "./remembered.js";
import type { Thumbnails } from "./thumbnail_store.js";

/** Shorter texts are searched by looking. */
const WORTH_SEARCHING = 40;

/** What a long text needs beside its map: where in the whole one is, and where a token stands. */
export class AttentionParts {
  readonly element = h("div.xai-long");
  readonly #find = findBox();
  readonly #gestures: AttentionGestures;
  readonly #levelsOnce = remembered<Uint8Array>();
  #overview: ReturnType<typeof partOverview> | null = null;
  #found = "";
  /** The text that was searched for last, and where it was found. */
  #last: { text: string; at: Selection } | null = null;
  #tokens: unknown = null;

  constructor(gestures: AttentionGestures) {
    this.#gestures = gestures;
    this.element.append(this.#find.element);
  }

  update(state: AttentionState, thumbnails: Thumbnails | null, dark: boolean): void {
    const { kindMeta, payload } = state;
    const counts = countsOf(payload, kindMeta);
    const tokens = payload.tokens[kindMeta.queries];
    if (tokens !== this.#tokens) [this.#tokens, this.#found, this.#last] = [tokens, "", null];
    const searched = Math.max(counts.query, counts.key) > WORTH_SEARCHING;
    this.#find.element.hidden = !searched;
    this.#find.update({ found: this.#found }, { onFind: (text, back) => this.#search(state, text, back) });
    this.element.hidden = !searched && state.part === null;
    const data = this.#dataOf(state, thumbnails);
    if (data === null) {
      this.#overview?.destroy();
      this.#overview = null;
      return;
    }
    const options = {
      dark,
      onPart: (part: NonNullable<AttentionState["part"]>, settled: boolean) =>
        this.#gestures.set("part", part, settled),
    };
    if (this.#overview === null) {
      this.#overview = partOverview(data, options);
      this.element.prepend(this.#overview.element);
    } else this.#overview.update(data, options);
  }

  #dataOf(state: AttentionState, thumbnails: Thumbnails | null): PartOverviewData | null {
    const { part, kindMeta, payload, layer, heads } = state;
    if (part === null || thumbnails === null) return null;
    const [, widest, rows, columns] = thumbnails.shape;
    const size = rows * columns;
    const levels = this.#levelsOnce([thumbnails.levels, layer, heads.join()], () => {
      const first = kindMeta.layers.indexOf(layer) * widest;
      return meanLevels(
        thumbnails.levels,
        size,
        heads.map((head) => (first + head) * size),
      );
    });
    const direction = payload.tokens[kindMeta.keys]?.direction ?? "ltr";
    return { levels, columns, part, counts: countsOf(payload, kindMeta), direction };
  }

  /** Goes to the next place, round and round, and pins what was found there. */
  #search(state: AttentionState, text: string, backwards: boolean): void {
    const places = placesOf(state, text);
    const before = this.#last?.text === text ? this.#last.at : null;
    const index = places.findIndex((place) => before !== null && samePin(place, before));
    const next = index < 0 ? (backwards ? places.length - 1 : 0) : index + (backwards ? -1 : 1);
    const at = places[(next + places.length) % places.length];
    this.#found = text.trim() === "" ? "" : "Not in this text.";
    this.#last = null;
    if (at !== undefined) {
      this.#found = `${places.indexOf(at) + 1} of ${places.length}`;
      this.#last = { text, at };
      const self = state.kindMeta.queries === state.kindMeta.keys;
      const sides = self ? (["query", "key"] as const) : ([at.side] as const);
      const span = [at.start, at.stop] as const;
      if (state.part !== null && !sides.every((side) => holds(state.part!, side, span))) {
        this.#gestures.set(
          "part",
          partAround(state.part, span, sides, countsOf(state.payload, state.kindMeta)),
        );
      }
      this.#gestures.set("selection", [at]);
    }
    this.#find.update({ found: this.#found }, { onFind: (text, back) => this.#search(state, text, back) });
  }

  destroy(): void {
    this.#overview?.destroy();
    this.#find.destroy();
  }
}

/** Where a text stands: among the queries, and among the keys where they are other tokens. */
function placesOf({ payload, kindMeta }: AttentionState, text: string): Selection[] {
  const { queries, keys } = kindMeta;
  const on = (name: string, side: Selection["side"]): Selection[] =>
    findSpans(payload.tokens[name]?.text ?? [], text).map(([start, stop]) => ({ side, start, stop }));
  return [...on(queries, "query"), ...(queries === keys ? [] : on(keys, "key"))];
}
