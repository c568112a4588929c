import type { StepColour } from "../contract.js";
import { type Choice, choice } from "../views/controls/choice.js";
import { h } from "../views/controls/dom.js";
import { methodChoice } from "./method_choice.js";
import { readingKind, type TranslationState } from "./translation_state.js";

const MEAN = "mean";

/** What colours the tokens: attention of a layer and head or a mean over them, or a method; "" for nothing at all. */
export class ColourChoice {
  readonly #what = choice();
  readonly #head = choice();
  readonly element = h("div.xai-colour", {}, this.#what.element, this.#head.element);

  /** `none` is what choosing nothing is called; null where something has to be chosen. */
  update(
    label: string,
    none: string | null,
    state: TranslationState,
    chosen: StepColour | null,
    onChoose: (by: StepColour | null) => void,
  ): void {
    const { meta } = state;
    const kind = readingKind(meta);
    const layer = chosen?.what === "attention" ? chosen.layer : null;
    this.#what.update(
      {
        label,
        choices: [
          ...(none === null ? [] : [open("", none, "")]),
          open(MEAN, "all layers, mean", "Attention"),
          ...(kind?.layers ?? []).map((each) => open(`${each}`, `layer ${each}`, "Attention")),
          // What is chosen by name may be called like a layer's number.
          ...meta.methods.map((method) => ({ ...methodChoice(method), value: `method ${method.name}` })),
        ],
        chosen: nameOf(chosen),
      },
      { onChoose: (value) => onChoose(colourOf(value, chosen)) },
    );
    const heads = layer === null ? 0 : (kind?.heads[kind.layers.indexOf(layer)] ?? 0);
    this.#head.update(
      {
        label: "head",
        choices:
          heads === 0
            ? []
            : [
                open(MEAN, "all, mean", ""),
                ...Array.from({ length: heads }, (_, head) => open(`${head}`, `${head}`, "")),
              ],
        chosen: chosen?.what === "attention" && chosen.head !== null ? `${chosen.head}` : MEAN,
      },
      {
        onChoose: (value) =>
          onChoose({ what: "attention", layer, head: value === MEAN ? null : Number(value) }),
      },
    );
  }

  destroy(): void {
    this.#what.destroy();
    this.#head.destroy();
  }
}

function open(value: string, label: string, group: string): Choice {
  return { value, label, group, refused: null };
}

function nameOf(by: StepColour | null): string {
  if (by === null) return "";
  if (by.what === "method") return `method ${by.name}`;
  return by.layer === null ? MEAN : `${by.layer}`;
}

/** Another layer keeps the head. */
function colourOf(value: string, before: StepColour | null): StepColour | null {
  if (value === "") return null;
  if (value.startsWith("method ")) return { what: "method", name: value.slice("method ".length) };
  if (value === MEAN) return { what: "attention", layer: null, head: null };
  const head = before?.what === "attention" && before.layer !== null ? before.head : null;
  return { what: "attention", layer: Number(value), head };
}
