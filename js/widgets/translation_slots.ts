import type { ScoresRequest, StepColour, TranslationPayload, WireArray } from "../contract.js";
import { errorWords } from "../core/words.js";
import { Answers } from "./answers.js";
import { remembered } from "./remembered.js";
import type { Slot } from "./translation_scene.js";
import {
  initialScores,
  type ShownScores,
  type Sides,
  type StepScores,
  shownScores,
  stepScores,
} from "./translation_scores.js";
import type { TranslationState } from "./translation_state.js";

interface Kept {
  by: StepColour;
  scores: StepScores;
}

/** The scores of each colour that is chosen. What was shown stays until what was chosen since is here. */
export class TranslationSlots {
  readonly #answers: Answers<ScoresRequest, StepScores>;
  readonly #shownOnce = [remembered<ShownScores>(), remembered<ShownScores>()];
  #kept: (Kept | undefined)[] = [];
  #payload: TranslationPayload | null = null;

  constructor(fetch: (request: ScoresRequest) => Promise<WireArray[]>, onChange: () => void) {
    this.#answers = new Answers(async (request) => stepScores(await fetch(request).catch(stopped)), onChange);
  }

  /** Throws where what came with the payload cannot be read. */
  want(state: TranslationState, sides: Sides): Slot[] {
    this.#enter(state.payload);
    this.#kept.length = Math.min(this.#kept.length, state.colours.length);
    return state.colours.map((by, index) => {
      const { value, failed } = this.#answers.want(requestOf(state, by));
      if (value !== null) this.#kept[index] = { by, scores: value };
      const kept = this.#kept[index];
      const pending = value === null && failed === "";
      try {
        const shown =
          kept === undefined
            ? null
            : this.#shownOnce[index]?.([kept.scores, sides], () =>
                shownScores(kept.by, kept.scores, sides, state.meta),
              );
        return { shown: shown ?? null, pending, failed };
      } catch (error) {
        return { shown: null, pending: false, failed: errorWords(error) };
      }
    });
  }

  /** What failed is asked for again. */
  forgive(): void {
    this.#answers.forgive();
  }

  /** A new payload brings scores along. */
  #enter(payload: TranslationPayload): void {
    if (payload === this.#payload) return;
    this.#payload = payload;
    this.#kept = [];
    const { run, initial } = payload.meta;
    this.#answers.seed(
      requestOf({ ...initial, meta: { run } }, initial.by),
      stepScores(initialScores(payload)),
    );
  }
}

/** Who stopped the work wants to hear that it stopped, and may choose it again. */
function stopped(error: Error): never {
  throw error.name === "Cancelled"
    ? new Error("Stopped before it was done. Choose it again to go on.")
    : error;
}

/** The same question is the same object, whatever order the fields of a trait came in. */
function requestOf(
  { meta, rows, align }: Pick<TranslationState, "rows" | "align"> & { meta: { run: number } },
  by: StepColour,
): ScoresRequest {
  const own: StepColour =
    by.what === "method"
      ? { what: by.what, name: by.name }
      : { what: by.what, layer: by.layer, head: by.head };
  return { what: "scores", run: meta.run, by: own, rows, align };
}
