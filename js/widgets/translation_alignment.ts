import type { AlignmentMethod } from "../contract.js";
import { cellsOf, scoreCells, unseenCells } from "../core/cells.js";
import { percent } from "../core/numbers.js";
import { type AlignmentMatrixData, alignmentMatrix, type Block } from "../views/alignment_matrix.js";
import { colourLegend } from "../views/colour_legend.js";
import { copyButton } from "../views/controls/copy_button.js";
import { h, setText } from "../views/controls/dom.js";
import { segmented } from "../views/controls/segmented.js";
import { overlaps, type Span } from "./picks.js";
import { remembered } from "./remembered.js";
import { scaleOf } from "./translation_colours.js";
import { rowOf } from "./translation_focus.js";
import { pinsOf } from "./translation_pins.js";
import type { Slot, TranslationScene } from "./translation_scene.js";
import type { ShownScores, Sides } from "./translation_scores.js";
import type { TranslationState } from "./translation_state.js";
import { colourWords } from "./translation_words.js";

const SIMALIGN =
  "Jalili Sabet et al. (2020), SimAlign: High Quality Word Alignments without Parallel Training Data";
const METHODS: { value: AlignmentMethod; label: string; title: string }[] = [
  {
    value: "argmax",
    label: "Argmax",
    title: "Each target word goes with the source word of its largest weight",
  },
  {
    value: "intersection",
    label: "Intersection",
    title: `The pairs in which each word is the other's largest: “Argmax” of ${SIMALIGN}`,
  },
  {
    value: "itermax",
    label: "IterMax",
    title: `The intersection, and again among the words that are left over: ${SIMALIGN}`,
  },
];

/** The matrix of one colour with the alignment that is read from it. */
class AlignmentOf {
  readonly #matrix = alignmentMatrix();
  readonly #legend = colourLegend();
  readonly #words = h("p.xai-alignment-words");
  readonly #copy = copyButton();
  readonly #dataOnce = remembered<AlignmentMatrixData>();
  readonly #pinsOnce = remembered<ReturnType<typeof pinsOf>>();
  readonly element = h(
    "div.xai-alignment",
    {},
    this.#matrix.element,
    this.#legend.element,
    h("div.xai-alignment-facts", {}, this.#words, this.#copy.element),
  );

  update(scene: TranslationScene, { shown, failed }: Slot): void {
    const { state, sides, pointed, dark, gestures, looked } = scene;
    setText(this.#words, failed || (shown === null ? "" : alignmentWords(state, shown)));
    for (const part of [this.#matrix, this.#legend, this.#copy]) part.element.hidden = shown === null;
    if (shown === null) return;
    const scale = scaleOf(shown, state);
    const data = this.#dataOnce([shown, sides], () => ({
      queries: sides.target.plan.axis,
      keys: sides.source.plan.axis,
      cells: cells(shown, scale === "weight", sides),
      scale,
      names: { queries: sides.target.label, keys: sides.source.label },
      ...blocks(state, shown, sides),
    }));
    const [queries, keys] = [sides.target.plan.axis.spans, sides.source.plan.axis.spans];
    const own = { query: rowOf(queries, pointed?.target ?? null), key: rowOf(keys, pointed?.source ?? null) };
    // With nothing pointed at and nothing pinned, the step that is looked at.
    const row = looked.side === "target" && state.selection.length === 0 ? (looked.rows[0] ?? -1) : -1;
    const hover = pointed === null ? { query: row, key: -1 } : own;
    this.#matrix.update(data, {
      dark,
      pinned: this.#pinsOnce([state.selection, sides], () => pinsOf(state.selection, queries, keys)),
      hover: { query: hover.query < 0 ? null : hover.query, key: hover.key < 0 ? null : hover.key },
      onHover: (next) =>
        scene.point(
          next && {
            source: next.key === null ? null : (keys[next.key] ?? null),
            target: next.query === null ? null : (queries[next.query] ?? null),
          },
        ),
      onPin: ({ side, start }) => {
        const span = (side === "query" ? queries : keys)[start];
        if (span !== undefined) gestures.pick(side === "query" ? 1 : 0, span);
      },
    });
    this.#legend.update(
      {
        title: colourWords(shown.by, state.meta),
        scale,
        colours: scene.colours.of(shown, scale, dark),
        ink: scene.colours.ink(dark),
        unseen: data.cells.hasUnseen,
      },
      null,
    );
    this.#copy.update("Copy as Pharaoh", {
      text: () => shown.links.map(([source, target]) => `${source}-${target}`).join(" "),
    });
  }

  destroy(): void {
    for (const part of [this.#matrix, this.#legend, this.#copy]) part.destroy();
    this.element.remove();
  }
}

/** What was written by what was read, with the alignment of words drawn on it: once for each colour. */
export class TranslationAlignment {
  readonly #method = segmented<AlignmentMethod>();
  readonly #marks = h("span.xai-marks");
  readonly #each = h("div.xai-alignments");
  readonly element = h("div", {}, h("div.xai-tools", {}, this.#method.element, this.#marks), this.#each);
  #shown: AlignmentOf[] = [];

  update(scene: TranslationScene): void {
    const { state, gestures, slots } = scene;
    this.#method.update(
      { label: "Alignment", choices: METHODS, chosen: state.align },
      { onChoose: (align) => gestures.set("align", align) },
    );
    while (this.#shown.length > slots.length) this.#shown.pop()?.destroy();
    while (this.#shown.length < slots.length) {
      const own = new AlignmentOf();
      this.#shown.push(own);
      this.#each.append(own.element);
    }
    slots.forEach((slot, index) => {
      this.#shown[index]?.update(scene, slot);
    });
    const { reference } = state.meta;
    const names = [
      ["link", "alignment"],
      ...(reference === null ? [] : [["sure", "reference"]]),
      ...(reference === null || reference.possible.length === 0 ? [] : [["possible", "reference, possible"]]),
    ];
    if (this.#marks.childElementCount === names.length) return;
    this.#marks.replaceChildren(
      ...names.map(([mark, words]) =>
        h(
          "span.xai-legend-item",
          {},
          h(`span.xai-mark.xai-mark-${mark}`, { "aria-hidden": "true" }),
          words ?? "",
        ),
      ),
    );
  }

  destroy(): void {
    this.#method.destroy();
    for (const each of this.#shown) each.destroy();
  }
}

function cells({ source, most }: ShownScores, weights: boolean, sides: Sides) {
  const columns = sides.source.plan.axis.labels.length;
  const flat = () => Float32Array.from(source.rows.flatMap((row) => [...row]));
  return unseenCells(weights ? cellsOf(flat(), columns, 0) : scoreCells(source.rows, columns, most));
}

/** Rows or columns of a word, by the word of every position; null where none is shown. */
function wordSpan(of: (number | null)[], word: number, spans: Span[]): Span | null {
  const own = [of.indexOf(word), of.lastIndexOf(word) + 1] as const;
  const rows = spans.flatMap((span, row) => (overlaps(span, own) ? [row] : []));
  const [first, last] = [rows[0], rows.at(-1)];
  return own[0] < 0 || first === undefined || last === undefined ? null : [first, last + 1];
}

function blocks({ meta }: TranslationState, { links }: ShownScores, { source, target }: Sides) {
  const { source_of, target_of } = meta.words;
  const of = (pairs: [number, number][]): Block[] =>
    pairs.flatMap(([sourceWord, targetWord]) => {
      const rows = wordSpan(target_of, targetWord, target.plan.axis.spans);
      const columns = wordSpan(source_of, sourceWord, source.plan.axis.spans);
      return rows === null || columns === null ? [] : [{ rows, columns }];
    });
  const { pairs, possible } = meta.reference ?? { pairs: [], possible: [] };
  return { links: of(links), sure: of(pairs), possible: of(possible) };
}

function alignmentWords({ meta }: TranslationState, { links, errorRate }: ShownScores): string {
  const pairs = `${links.length} ${links.length === 1 ? "pair" : "pairs"} of ${meta.words.source.length} source and ${meta.words.target.length} target words.`;
  if (errorRate === null) return pairs;
  return `${pairs} Alignment error rate against the reference: ${percent(errorRate)} (0% is best).`;
}
