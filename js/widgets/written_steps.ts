import type { AttentionAxis } from "../core/attention_data.js";
import { planAxis } from "../core/axes.js";
import type { Hover } from "../views/attention_data.js";
import { type AttributionStepsData, attributionSteps } from "../views/attribution_steps.js";
import { attributionText } from "../views/attribution_text.js";
import { type Prepared, piecesOf, type ShownRun } from "./attribution_scores.js";
import { type PointedToken, rowNumbered, rowsBefore } from "./attribution_sides.js";
import type { AttributionState } from "./attribution_state.js";
import { remembered } from "./remembered.js";

export interface WrittenStepsOptions {
  dark: boolean;
  hover: PointedToken | null;
  hoveredStep: number | null;
  onHover(hover: PointedToken | null, step: number | null): void;
  onStep(step: number): void;
}

/** What was written step by step: as a text to click, and with the scores of every step. */
export class WrittenSteps {
  readonly #text = attributionText();
  readonly #map = attributionSteps();
  readonly list = this.#text.element;
  readonly map = this.#map.element;
  readonly #axisOnce = remembered<ReturnType<typeof writtenAxis> | null>();
  readonly #dataOnce = remembered<AttributionStepsData>();

  update(state: AttributionState, prepared: Prepared, options: WrittenStepsOptions): void {
    const { payload, meta, step, first } = state;
    const written = this.#axisOnce([payload], () => writtenAxis(state));
    this.list.hidden = this.map.hidden = meta.steps === null || written === null;
    if (written === null) return;
    const { hover, hoveredStep, onHover, onStep } = options;
    this.#text.update(
      {
        label: "Written step by step",
        pieces: written.pieces,
        direction: written.axis.direction,
        scores: null,
        signed: true,
      },
      {
        colours: null,
        numbers: false,
        hovered: hoveredStep,
        picked: (row) => row === step,
        onHover: (row) => onHover(null, row),
        onPick: onStep,
        onMove: onStep,
      },
    );
    const data = this.#dataOnce([prepared, written], () => {
      const run = prepared.runs[0] as ShownRun;
      const rows = written.axis.labels.map((_, at) =>
        Float32Array.from(run.sides.flatMap((side) => [...(side.steps[at] ?? [])])),
      );
      return {
        steps: written.axis,
        tokens: joined(prepared),
        scores: rows,
        most: run.most,
        signed: first.method.signed,
      };
    });
    const starts = rowsBefore(prepared.sides);
    const key = hover === null ? null : (starts[hover.side] ?? 0) + hover.row;
    this.#map.update(data, {
      dark: options.dark,
      step,
      hover: key === null && hoveredStep === null ? null : { query: hoveredStep, key },
      onHover: (pair: Hover | null) => {
        const token = pair?.key ?? null;
        onHover(token === null ? null : rowNumbered(starts, token), pair?.query ?? null);
      },
      onStep,
    });
  }

  destroy(): void {
    this.#text.destroy();
    this.#map.destroy();
  }
}

function writtenAxis({ payload, meta }: AttributionState) {
  const tokens = meta.steps === null ? undefined : payload.tokens[meta.steps];
  if (tokens === undefined) return null;
  const plan = planAxis(tokens, { mergeWords: false, hideSpecial: false }, null);
  return { axis: plan.axis, pieces: piecesOf(tokens, plan) };
}

/** The rows of all texts as one axis; its segments are the texts, so that a line is drawn between them. */
function joined({ sides }: Prepared): AttentionAxis {
  const axes = sides.map(({ plan }) => plan.axis);
  return {
    labels: axes.flatMap(({ labels }) => labels),
    spans: axes.flatMap(({ spans }) => spans),
    special: axes.flatMap(({ special }) => special),
    segments: axes.flatMap(({ labels }, side) => labels.map(() => side)),
    direction: axes[0]?.direction ?? "ltr",
  };
}
