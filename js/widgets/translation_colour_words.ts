import type { MethodMeta, StepColour, TranslationMeta } from "../contract.js";
import { ATTENTION_WORDS } from "./attribution_words.js";

export function methodOf(by: StepColour, { methods }: TranslationMeta): MethodMeta | undefined {
  return by.what === "method" ? methods.find(({ name }) => name === by.name) : undefined;
}

/** What a colour is, in words: "Attention: layer 2, head 3", "Gradient × input". */
export function colourWords(by: StepColour, meta: TranslationMeta): string {
  if (by.what === "method") {
    const method = methodOf(by, meta);
    return `${method?.label ?? by.name}${method?.attention_based ? ` (${ATTENTION_WORDS})` : ""}`;
  }
  const { layer, head } = by;
  const heads = head === null ? "mean of its heads" : `head ${head}`;
  const where =
    layer !== null
      ? `layer ${layer}, ${heads}`
      : head === null
        ? "mean of all layers and heads"
        : `${heads}, mean of all layers`;
  return `Attention: ${where}`;
}
