import type { AttentionKind, AttentionTraits, Presentation, Selection } from "../contract.js";
import type { AttentionData } from "../views/attention_data.js";
import { type AttentionState, headsOf, nearestLayer } from "./attention_state.js";
import type { Commits } from "./commits.js";
import type { WidgetModel } from "./lifecycle.js";
import { isLocked } from "./locks.js";
import { pinnedTokens, togglePin } from "./pins.js";

/** What a person does, as traits. Traits that belong together are written together. */
export class AttentionGestures {
  readonly #model: WidgetModel<AttentionTraits>;
  readonly #commits: Commits<AttentionTraits>;

  constructor(model: WidgetModel<AttentionTraits>, commits: Commits<AttentionTraits>) {
    this.#model = model;
    this.#commits = commits;
  }

  set<Name extends keyof AttentionTraits & string>(
    name: Name,
    value: AttentionTraits[Name],
    settled = true,
  ): void {
    this.#commits.put(name, value, settled);
  }

  kind(state: AttentionState, kind: AttentionKind): void {
    const kindMeta = state.meta.kinds.find((other) => other.kind === kind);
    if (kindMeta === undefined) return;
    const layer = nearestLayer(kindMeta, state.layer);
    this.set("heads", headsWithin(state.heads, headsOf(kindMeta, layer)));
    this.set("layer", layer);
    this.set("kind", kind);
  }

  layer(state: AttentionState, layer: number): void {
    this.set("heads", headsWithin(state.heads, headsOf(state.kindMeta, layer)));
    this.set("layer", layer);
  }

  /** A thumbnail of the grid is looked at: in the lines, where nothing but the grid is shown. */
  pick(state: AttentionState, layer: number, head: number): void {
    if (layer !== state.layer && isLocked(this.#model, "layer")) return;
    this.set("heads", [head]);
    this.set("layer", layer);
    const others = state.presentation.filter((shown) => shown !== "grid");
    if (others.length === 0) this.set("presentation", ["lines", "grid"] satisfies Presentation[]);
  }

  pin(rows: Selection, data: AttentionData): void {
    this.set("selection", togglePin(this.#model.get("selection"), rows, data));
  }

  /** The query of the table, in place of those that were pinned. */
  pinQuery(query: number, data: AttentionData): void {
    const tokens = pinnedTokens({ side: "query", start: query, stop: query + 1 }, data);
    const keys = this.#model.get("selection").filter(({ side }) => side === "key");
    if (tokens !== null) this.set("selection", [...keys, tokens]);
  }
}

/** The same heads where the other layer has them; its first where it has none of them. */
function headsWithin(heads: number[], count: number): number[] {
  const within = heads.filter((head) => head < count);
  return within.length === 0 && heads.length > 0 ? [0] : within;
}
