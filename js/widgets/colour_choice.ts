import type { StepColour } from "../contract.js";
import { choice, open } from "../views/controls/choice.js";
import { h } from "../views/controls/dom.js";
import { headsOf } from "./attention_state.js";
import { methodChoice } from "./method_choice.js";
import { readingKind, type TranslationState } from "./translation_state.js";

const MEAN = "mean";
/** What is chosen by name may be called like a layer's number. */
const METHOD = "method ";

/** What colours the tokens: attention of a layer and head or a mean over them, or a method. */
export function colourChoice() {
  const what = choice();
  const which = choice();
  const element = h("div.xai-colour", {}, what.element, which.element);

  return {
    element,
    /** `none` is what choosing nothing is called; null where something has to be chosen. */
    update(
      label: string,
      none: string | null,
      { meta }: TranslationState,
      chosen: StepColour | null,
      onChoose: (by: StepColour | null) => void,
    ): void {
      const kind = readingKind(meta);
      const attention = chosen?.what === "attention" ? chosen : null;
      const layer = attention?.layer ?? null;
      const choices = [
        ...(none === null ? [] : [open("", none)]),
        open(MEAN, "all layers, mean", "Attention"),
        ...(kind?.layers ?? []).map((each) => open(`${each}`, `layer ${each}`, "Attention")),
        ...meta.methods.map((method) => ({ ...methodChoice(method), value: METHOD + method.name })),
      ];
      what.update(
        {
          label,
          choices,
          chosen: chosen === null ? "" : chosen.what === "method" ? METHOD + chosen.name : `${layer ?? MEAN}`,
        },
        {
          onChoose: (value) => {
            if (value === "") onChoose(null);
            else if (value.startsWith(METHOD)) onChoose({ what: "method", name: value.slice(METHOD.length) });
            else if (value === MEAN) onChoose({ what: "attention", layer: null, head: null });
            // Another layer keeps the head.
            else onChoose({ what: "attention", layer: Number(value), head: attention?.head ?? null });
          },
        },
      );
      const count = layer === null || kind === undefined ? 0 : headsOf(kind, layer);
      const heads = [...Array(count).keys()].map((head) => open(`${head}`, `${head}`));
      which.update(
        {
          label: "head",
          choices: count === 0 ? [] : [open(MEAN, "all, mean"), ...heads],
          chosen: `${attention?.head ?? MEAN}`,
        },
        {
          onChoose: (value) =>
            onChoose({ what: "attention", layer, head: value === MEAN ? null : Number(value) }),
        },
      );
    },
  };
}
