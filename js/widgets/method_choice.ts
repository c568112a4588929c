import type { MethodMeta } from "../contract.js";
import type { Choice } from "../views/controls/choice.js";

/** A method as one of those to choose from; one that cannot be used says why. */
export function methodChoice({ name, label, attention_based, unavailable }: MethodMeta): Choice {
  return {
    value: name,
    label,
    group: attention_based ? "Attention, not attribution" : "Attribution",
    refused: unavailable,
  };
}
