import type { AttentionKind, AttentionPayload, KindMeta, Part } from "../contract.js";
import type { Answer } from "./content.js";
import { HeldHeads } from "./held_heads.js";
import type { Holding, Traits } from "./page_model.js";
import { putThumbnails } from "./pooled_heads.js";

interface Choice {
  kind: AttentionKind;
  layer: number;
  heads: number[];
  part: Part | null;
}

/** What a file holds of an attention map; `otherwise` answers all that is not about heads. */
export function attentionHolding(
  payload: AttentionPayload,
  answers: Answer[],
  otherwise: Holding["answer"],
  rest: string,
): Holding {
  const held = new HeldHeads(payload, answers);
  putThumbnails(payload, held);
  const { kinds } = payload.meta;

  function notHeld({ kind, layer }: Pick<Choice, "kind" | "layer">): string {
    const layers = held.layers(kind);
    if (layers.length === 0) return `No head of the ${kind} attention was kept. ${rest}`;
    if (!layers.includes(layer)) {
      return `Layer ${layer} was not kept; what was: ${listed("layer", layers)}. ${rest}`;
    }
    return `Of layer ${layer} this was kept: ${listed("head", held.heads(kind, layer))}. ${rest}`;
  }

  /** The layer in place of one that was not kept: a single step goes on to the next that was, a jump goes nowhere. */
  function instead(before: Choice, { kind, layer }: Choice): number | undefined {
    const layers = held.layers(kind);
    if (before.kind !== kind) return layers[0];
    const all = kinds.find((other) => other.kind === kind)?.layers ?? [];
    const by = all.indexOf(layer) - all.indexOf(before.layer);
    if (by === 1) return layers.find((other) => other > layer);
    return by === -1 ? layers.filter((other) => other < layer).at(-1) : undefined;
  }

  function admit(before: Choice, chosen: Choice): { traits: Choice; refused: string } {
    const { kind } = chosen;
    let { layer } = chosen;
    let refused = "";
    if (!held.layers(kind).includes(layer)) {
      refused = notHeld(chosen);
      const other = instead(before, chosen);
      if (other === undefined) return { traits: before, refused };
      layer = other;
    }
    const kept = held.heads(kind, layer);
    const heads = chosen.heads.filter((head) => kept.includes(head));
    if (heads.length < chosen.heads.length) refused ||= notHeld({ kind, layer });
    const stays = before.kind === kind && before.layer === layer;
    // None of those: whoever comes to another layer sees what there is, whoever asks for one more keeps what was on.
    const on = heads.length > 0 || chosen.heads.length === 0 ? heads : stays ? before.heads : kept;
    return partOf(before, { kind, layer, heads: on, part: chosen.part }, refused);
  }

  /** The part that was chosen where it was kept of these heads; else the one before, or what there is of the first. */
  function partOf(before: Choice, chosen: Choice, refused: string): { traits: Choice; refused: string } {
    const { kind, layer, heads, part } = chosen;
    const [first] = heads;
    if (part === null || first === undefined || held.has(kind, layer, heads, part)) {
      return { traits: chosen, refused };
    }
    const kept =
      before.part !== null && held.has(kind, layer, heads, before.part)
        ? before.part
        : held.part(kind, layer, first);
    return {
      traits: { ...chosen, part: kept },
      refused: refused || `This part of the text was not kept. ${rest}`,
    };
  }

  return {
    about: `Saved view: ${inWords(kinds, held)}. ${rest}`,
    answer(request) {
      if (request.what !== "heads") return otherwise(request);
      const bytes = held.bytes(request.kind, request.layer, request.heads, request.part ?? null);
      return bytes === null ? notHeld(request) : [bytes];
    },
    admit: (before, chosen) => {
      const { traits, refused } = admit(choiceOf(before), choiceOf(chosen));
      return { traits: { ...traits }, refused };
    },
  };
}

function choiceOf({ kind, layer, heads, part = null }: Traits): Choice {
  return { kind, layer, heads, part } as Choice;
}

function inWords(kinds: KindMeta[], held: HeldHeads): string {
  if (held.all) return "every layer and head";
  const parts = kinds
    .filter(({ kind }) => held.layers(kind).length > 0)
    .map(({ kind, heads, layers }) => {
      const kept = held.layers(kind);
      const whole = kept.every((layer) => held.heads(kind, layer).length === heads[layers.indexOf(layer)]);
      const numbers = new Set(kept.map((layer) => listed("head", held.heads(kind, layer))));
      const some = numbers.size === 1 ? [...numbers][0] : "some heads";
      const of = kinds.length > 1 ? ` of the ${kind} attention` : "";
      return `${whole ? "" : `${some} of `}${listed("layer", kept)}${of}`;
    });
  return parts.join("; ") || "the overview of every head";
}

/** "layer 3", "layers 0 and 3", "layers 0 to 5". */
function listed(noun: string, numbers: number[]): string {
  const [first, last] = [numbers[0], numbers.at(-1)];
  if (first === undefined || last === undefined) return `no ${noun}`;
  if (numbers.length === 1) return `${noun} ${first}`;
  if (numbers.length > 2 && last - first === numbers.length - 1) return `${noun}s ${first} to ${last}`;
  return `${noun}s ${numbers.slice(0, -1).join(", ")} and ${last}`;
}
