import { plain } from "../core/numbers.js";
import type { ScoreColours } from "../views/attribution_text.js";
import { h, on, setText } from "../views/controls/dom.js";
import { type Prepared, runOf, sideOf } from "./attribution_scores.js";
import { AttributionSides } from "./attribution_sides.js";
import type { AttributionState } from "./attribution_state.js";
import { kindWords, numbered } from "./attribution_words.js";
import { remembered } from "./remembered.js";

/** What was shown before this: the answer in one line, and its coloured text on demand. */
export class Before {
  readonly #summary = h("summary.xai-before-words");
  readonly #sides = new AttributionSides();
  readonly element = h("details.xai-before", {}, this.#summary, this.#sides.element);
  readonly #preparedOnce = remembered<Prepared | null>();
  #shown: AttributionState | null = null;
  #colours: (most: number, signed: boolean) => ScoreColours | null = () => null;

  constructor() {
    on(this.element, "toggle", () => this.#draw());
  }

  update(state: AttributionState, colours: (most: number, signed: boolean) => ScoreColours | null): void {
    this.#shown = state;
    this.#colours = colours;
    this.#draw();
  }

  destroy(): void {
    this.#sides.destroy();
  }

  #draw(): void {
    const state = this.#shown;
    const previous = state?.meta.previous ?? null;
    this.element.hidden = state === null || previous === null || !isOther(state);
    if (state === null || previous === null) return;
    const texts = [previous.text, previous.text_pair]
      .filter((text) => text !== "")
      .map((text) => `“${text}”`);
    const [value, ...others] = previous.value;
    // Of several steps there is no one value.
    const number = value === undefined || others.length > 0 ? "" : ` = ${plain(value)}`;
    const answer = `${kindWords(previous.value_kind)} of ${numbered(previous.target)}${number}`;
    setText(this.#summary, `Before: ${[texts.join(" and "), answer].filter(Boolean).join(", ")}`);
    if (!this.element.open) return;
    const prepared = this.#prepare(state);
    const run = prepared?.runs[0];
    if (prepared === null || run === undefined) return;
    this.#sides.update(
      {
        sides: prepared.sides,
        scores: run.sides.map(
          ({ steps }) => steps[Math.min(state.step, steps.length - 1)] ?? new Float32Array(),
        ),
        signed: true,
      },
      {
        colours: this.#colours(run.most, true),
        numbers: state.showScores,
        hover: null,
        selection: [],
        onHover: () => {},
        onPick: () => {},
      },
    );
  }

  #prepare(state: AttributionState): Prepared | null {
    const { payload, mergeWords, hideSpecial, meta } = state;
    return this.#preparedOnce([payload, mergeWords, hideSpecial], () => {
      const names = Object.keys(payload.tokens).filter((name) => name.startsWith("previous/"));
      const sides = names.map((name, side) => sideOf(payload, name, meta.sides[side]?.label ?? "", state));
      return { sides, runs: [runOf(payload.arrays, "previous", sides)] };
    });
  }
}

/** Whether anything but the method is another than before: other methods stand beside each other elsewhere. */
function isOther({ meta, first, question }: AttributionState): boolean {
  const { previous } = meta;
  return (
    previous === null ||
    previous.text !== question.text ||
    previous.text_pair !== question.text_pair ||
    previous.target !== first.target ||
    previous.value_kind !== first.value_kind
  );
}
