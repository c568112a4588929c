import type { AlignmentMethod } from "../contract.js";
import { cellsOf, scoreCells, unseenCells } from "../core/cells.js";
import { percent } from "../core/numbers.js";
import { type AlignmentMatrixData, alignmentMatrix, type Block } from "../views/alignment_matrix.js";
import { colourLegend } from "../views/colour_legend.js";
import { copyButton } from "../views/controls/copy_button.js";
import { h, setText } from "../views/controls/dom.js";
import { segmented } from "../views/controls/segmented.js";
import type { HeatMapOptions } from "../views/heat_map.js";
import { several } from "../views/several.js";
import { overlaps, type Span } from "./picks.js";
import { remembered } from "./remembered.js";
import { pinsOf, rowAt, rowOf } from "./translation_focus.js";
import type { Part, Slot, TranslationScene } from "./translation_scene.js";
import type { ShownScores, Sides } from "./translation_scores.js";
import type { TranslationState } from "./translation_state.js";

const SIMALIGN = "Jalili Sabet et al. 2020, SimAlign (arXiv:2004.08728)";
const METHODS: { value: AlignmentMethod; label: string; title: string }[] = [
  {
    value: "argmax",
    label: "Argmax",
    title: "Each target word goes with the source word of its largest weight",
  },
  {
    value: "intersection",
    label: "Intersection",
    title: `Pairs in which each word is the other's largest: ${SIMALIGN}`,
  },
  {
    value: "itermax",
    label: "IterMax",
    title: `The intersection, and once more among the words that are left: ${SIMALIGN}`,
  },
];

/** The matrix of one colour with the alignment that is read from it. */
function alignmentOf() {
  const matrix = alignmentMatrix();
  const legend = colourLegend();
  const words = h("p.xai-alignment-words");
  const copy = copyButton();
  const element = h(
    "div.xai-alignment",
    {},
    matrix.element,
    legend.element,
    h("div.xai-alignment-facts", {}, words, copy.element),
  );
  const dataOnce = remembered<AlignmentMatrixData>();
  const pinsOnce = remembered<HeatMapOptions["pinned"]>();

  return {
    element,
    update(scene: TranslationScene, { shown, failed }: Slot): void {
      const { state, sides, pointed, dark, gestures, looked } = scene;
      setText(words, failed || (shown === null ? "" : alignmentWords(state, shown)));
      for (const part of [matrix, legend, copy]) part.element.hidden = shown === null;
      if (shown === null) return;
      const data = dataOnce([shown], () => matrixOf(state, shown, sides));
      const [rows, columns] = [data.queries.spans, data.keys.spans];
      // With nothing pointed at and nothing pinned, the step that is looked at.
      const own = pointed === null && state.selection.length === 0 ? looked.rows[0] : undefined;
      matrix.update(data, {
        dark,
        pinned: pinsOnce([state.selection, sides], () => pinsOf(state.selection, rows, columns)),
        hover: {
          query: own ?? rowAt(rowOf(rows, pointed?.target ?? null)),
          key: rowAt(rowOf(columns, pointed?.source ?? null)),
        },
        onHover: (hover) =>
          scene.point(
            hover && { source: columns[hover.key ?? -1] ?? null, target: rows[hover.query ?? -1] ?? null },
          ),
        onPin: ({ side, start }) => {
          const [number, spans] = side === "query" ? [1, rows] : [0, columns];
          gestures.pick(number, spans[start] ?? [0, 0]);
        },
      });
      legend.update({ ...scene.legend(shown), unseen: data.cells.hasUnseen }, null);
      copy.update("Copy as Pharaoh", { text: () => shown.links.map((pair) => pair.join("-")).join(" ") });
    },
    destroy() {
      matrix.destroy();
      copy.destroy();
      element.remove();
    },
  };
}

/** What was written by what was read, with the alignment of words drawn on it: once for each colour. */
export function translationAlignment(): Part {
  const method = segmented<AlignmentMethod>();
  const mark = (name: string, words: string) =>
    h("span.xai-legend-item", {}, h(`span.xai-mark.xai-mark-${name}`, { "aria-hidden": "true" }), words);
  const sure = mark("sure", "reference");
  const possible = mark("possible", "reference, possible");
  const all = h("div.xai-alignments");
  const marks = h("div.xai-marks", {}, mark("link", "alignment"), sure, possible);
  const element = h("div", {}, h("div.xai-tools", {}, method.element, marks), all);
  const each = several(all, alignmentOf);

  return {
    element,
    update(scene) {
      const { state, gestures, slots } = scene;
      const { reference } = state.meta;
      method.update(
        { label: "Alignment", choices: METHODS, chosen: state.align },
        { onChoose: (align) => gestures.set("align", align) },
      );
      sure.hidden = reference === null;
      possible.hidden = !reference?.possible.length;
      each(slots.length).forEach((own, index) => {
        own.update(scene, slots[index] as Slot);
      });
    },
    destroy() {
      each(0);
    },
  };
}

/** The rows that show a word, by the word of every position; null where none does. */
function wordSpan(of: (number | null)[], word: number, spans: Span[]): Span | null {
  const own = [of.indexOf(word), of.lastIndexOf(word) + 1] as const;
  const rows = [...spans.keys()].filter((row) => own[0] >= 0 && overlaps(spans[row] as Span, own));
  return rows.length === 0 ? null : [rows[0] as number, (rows.at(-1) as number) + 1];
}

function matrixOf({ meta }: TranslationState, shown: ShownScores, sides: Sides): AlignmentMatrixData {
  const [queries, keys] = [sides.target.plan.axis, sides.source.plan.axis];
  const { source_of, target_of } = meta.words;
  const of = (pairs: [number, number][] = []): Block[] =>
    pairs.flatMap(([source, target]) => {
      const rows = wordSpan(target_of, target, queries.spans);
      const columns = wordSpan(source_of, source, keys.spans);
      return rows === null || columns === null ? [] : [{ rows, columns }];
    });
  const { source, scale, most, links } = shown;
  const count = keys.labels.length;
  const cells =
    scale === "weight"
      ? cellsOf(Float32Array.from(source.rows.flatMap((row) => [...row])), count, 0)
      : scoreCells(source.rows, count, most);
  return {
    queries,
    keys,
    cells: unseenCells(cells),
    scale,
    names: { queries: "Target", keys: "Source" },
    links: of(links),
    sure: of(meta.reference?.pairs),
    possible: of(meta.reference?.possible),
  };
}

function alignmentWords({ meta }: TranslationState, { links, errorRate }: ShownScores): string {
  const { source, target } = meta.words;
  const pairs = `${links.length} ${links.length === 1 ? "pair" : "pairs"} of ${source.length} source and ${target.length} target words.`;
  const rate =
    errorRate === null ? "" : ` Alignment error rate: ${percent(errorRate)} (0% is the reference itself).`;
  return pairs + rate;
}
