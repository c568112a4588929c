import type { AttentionPayload, Request, WireArray } from "../contract.js";
import { attentionHolding } from "./attention_holding.js";
import type { Content } from "./content.js";
import type { Holding } from "./page_model.js";

/**
 * What a file holds of a widget of any kind: the answers to what was asked of it while it was live. `rest` says how to
 * get what it does not hold: that depends on where the file stands.
 */
export function holdingOf({ traits, answers }: Content, rest: string): Holding {
  const kept = new Map(answers.map(({ request, arrays }) => [keyOf(request), arrays]));

  function answer(request: Request): WireArray[] | string {
    if (request.what === "cancel") return [];
    if (request.what === "run") return `There is no model here. ${rest}`;
    if (request.what === "picture") return `There is no Python here to draw a picture. ${rest}`;
    const { run: _, ...asked } = request as Request & { run: number };
    return kept.get(keyOf(asked)) ?? `This was not kept. ${rest}`;
  }

  if (traits.payload.kind === "attention") {
    return attentionHolding(traits.payload as AttentionPayload, answers, answer, rest);
  }
  return {
    about: `Saved view, without its model. ${rest}`,
    answer,
    admit: () => ({ traits: {}, refused: "" }),
  };
}

/** The same for two values that say the same, in whatever order. */
function keyOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(keyOf).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, entry]) => `${JSON.stringify(name)}:${keyOf(entry)}`).join()}}`;
}
