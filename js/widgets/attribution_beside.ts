import { rankAgreement } from "../core/rank_agreement.js";
import { strongestScore, sumRows } from "../core/scores.js";
import {
  type AttributionCompareData,
  attributionCompare,
  type ComparedRow,
} from "../views/attribution_compare.js";
import type { ScoreColours } from "../views/attribution_text.js";
import { choice, open } from "../views/controls/choice.js";
import { h, setText } from "../views/controls/dom.js";
import type { AttributionGestures } from "./attribution_gestures.js";
import type { Prepared } from "./attribution_scores.js";
import { type PointedToken, rowNumbered, rowsBefore } from "./attribution_sides.js";
import type { AttributionState } from "./attribution_state.js";
import { ATTENTION_WORDS, agreementNote, agreementWords } from "./attribution_words.js";
import { methodChoice } from "./method_choice.js";
import { remembered } from "./remembered.js";

export interface BesideOptions {
  step: number;
  hover: PointedToken | null;
  colours(most: number, signed: boolean): ScoreColours | null;
  /** Attention of the chosen head to each token of one of the texts; null where there is none, or not yet. */
  attention: Float32Array | null;
  /** Why the attention could not be had, in words. */
  failed: string;
  onHover(hover: PointedToken | null): void;
}

/** What stands beside the first method's scores: other methods, and the attention of a head. */
export class Beside {
  readonly #add = choice();
  readonly #layer = choice();
  readonly #head = choice();
  readonly #words = h("p.xai-beside-words");
  readonly #compare = attributionCompare();
  readonly element = h(
    "section.xai-beside",
    { "aria-label": "Beside these scores" },
    h("div.xai-toolbar", {}, this.#add.element, this.#layer.element, this.#head.element),
    this.#compare.element,
    this.#words,
  );
  readonly #dataOnce = remembered<AttributionCompareData>();

  update(
    state: AttributionState,
    prepared: Prepared,
    gestures: AttributionGestures,
    options: BesideOptions,
  ): void {
    this.#drawChoices(state, gestures);
    const { hover, attention, step } = options;
    const colours = [true, false].map((signed) => options.colours(1, signed));
    const head = attention === null ? null : state.head;
    const data = this.#dataOnce([prepared, step, attention, head?.join(), ...colours], () =>
      compared(state, prepared, options),
    );
    const several = data.rows.length > 1;
    this.#compare.element.hidden = !several;
    this.element.hidden = !several && !state.meta.live && state.meta.attention === null;
    const bySize = data.rows.some(({ signed }) => !signed);
    const words = several ? agreementWords(state.first.method.label, data.tokens.length, bySize) : "";
    setText(this.#words, options.failed || words);
    const starts = rowsBefore(prepared.sides);
    this.#compare.update(data, {
      hovered: hover === null ? null : (starts[hover.side] ?? 0) + hover.row,
      onHover: (token) => options.onHover(token === null ? null : rowNumbered(starts, token)),
      onRemove: state.meta.live ? (name) => this.#remove(gestures, name) : null,
    });
  }

  destroy(): void {
    for (const part of [this.#add, this.#layer, this.#head, this.#compare]) part.destroy();
  }

  #remove(gestures: AttributionGestures, name: string): void {
    if (name === HEAD) gestures.set("attention_head", null);
    else gestures.compare(name);
  }

  #drawChoices(state: AttributionState, gestures: AttributionGestures): void {
    const { meta, question, head } = state;
    const others = meta.methods.filter(
      ({ name }) => name !== question.method && !question.compare.includes(name),
    );
    this.#add.update(
      {
        label: "Compare with",
        choices:
          meta.live && others.length > 0 ? [open("", "another method …"), ...others.map(methodChoice)] : [],
        chosen: "",
      },
      { onChoose: (method) => method !== "" && gestures.compare(method) },
    );
    const { layers, heads } = meta.attention ?? { layers: [], heads: [] };
    const countOf = (layer: number) => heads[layers.indexOf(layer)] ?? 0;
    this.#layer.update(
      {
        label: "Attention of layer",
        choices:
          layers.length > 0 ? [open("", "none"), ...layers.map((layer) => open(`${layer}`, `${layer}`))] : [],
        chosen: head === null ? "" : `${head[0]}`,
      },
      {
        onChoose: (layer) =>
          gestures.set(
            "attention_head",
            layer === "" ? null : [Number(layer), Math.min(head?.[1] ?? 0, countOf(Number(layer)) - 1)],
          ),
      },
    );
    this.#head.update(
      {
        label: "head",
        choices:
          head === null ? [] : Array.from({ length: countOf(head[0]) }, (_, i) => open(`${i}`, `${i}`)),
        chosen: head === null ? "" : `${head[1]}`,
      },
      { onChoose: (chosen) => head !== null && gestures.set("attention_head", [head[0], Number(chosen)]) },
    );
  }
}

/** Stands for the row of attention among the names of methods. */
const HEAD = "attention head";

function compared(
  state: AttributionState,
  { sides, runs }: Prepared,
  options: BesideOptions,
): AttributionCompareData {
  const tokens = sides.flatMap(({ pieces }, side) =>
    pieces.map(({ label, special }, row) => ({ label, special, starts: side > 0 && row === 0 })),
  );
  const flat = (rows: Float32Array[]) => Float32Array.from(rows.flatMap((row) => [...row]));
  const all = runs.map((run) =>
    flat(run.sides.map((side) => side.steps[options.step] ?? new Float32Array())),
  );
  const first = all[0] ?? new Float32Array();
  const rows = state.meta.runs.map(({ method }, index): ComparedRow => {
    const [scores, most] = [all[index] as Float32Array, runs[index]?.most ?? 0];
    return {
      name: index === 0 ? "" : method.name,
      label: method.label,
      note: index === 0 ? "" : agreement(first, scores, state.first.method.signed && method.signed),
      badge: method.attention_based ? ATTENTION_WORDS : "",
      signed: method.signed,
      scores,
      colours: options.colours(most, method.signed),
    };
  });
  const weights = options.attention;
  if (weights !== null && state.head !== null) {
    // Attention is to the tokens of one of the texts: the one that has as many.
    const own = sides.findIndex(({ tokens: { text } }) => text.length === weights.length);
    const scores = flat(
      sides.map(({ plan, pieces }, side) =>
        side === own
          ? (sumRows(weights, 1, plan).steps[0] as Float32Array)
          : new Float32Array(pieces.length).fill(Number.NaN),
      ),
    );
    const [layer, head] = state.head;
    rows.push({
      name: HEAD,
      label: `Attention of layer ${layer}, head ${head}`,
      note: agreement(first, scores, false),
      badge: ATTENTION_WORDS,
      signed: false,
      scores,
      colours: options.colours(strongestScore([scores]), false),
    });
  }
  return { tokens, rows };
}

/** Over the tokens that both say something of; by size where one of them has no sign. */
function agreement(first: Float32Array, other: Float32Array, signed: boolean): string {
  const both = [...first.keys()].filter((i) => !Number.isNaN(first[i]) && !Number.isNaN(other[i]));
  const of = (scores: Float32Array) => both.map((i) => (signed ? scores[i]! : Math.abs(scores[i]!)));
  return agreementNote(rankAgreement(of(first), of(other)), signed);
}
