import type { TranslationTraits } from "../contract.js";
import type { Commits } from "./commits.js";
import type { WidgetModel } from "./lifecycle.js";
import { type Span, togglePick } from "./picks.js";
import type { Question, Runs } from "./runs.js";

/** What a person does: as traits where it is about what is shown, as a question to the model where it is about that. */
export class TranslationGestures {
  readonly #model: WidgetModel<TranslationTraits>;
  readonly #commits: Commits<TranslationTraits>;
  readonly #runs: Runs;

  constructor(model: WidgetModel<TranslationTraits>, commits: Commits<TranslationTraits>, runs: Runs) {
    this.#model = model;
    this.#commits = commits;
    this.#runs = runs;
  }

  set<Name extends keyof TranslationTraits & string>(
    name: Name,
    value: TranslationTraits[Name],
    settled = true,
  ): void {
    this.#commits.put(name, value, settled);
  }

  /** Pins the tokens of a row, or lets them go; a token that was written is a step to look at. */
  pick(side: number, span: Span): void {
    if (side === 1) this.set("step", span[1] - 1);
    this.set("selection", togglePick(this.#model.get("selection"), side, span));
  }

  /** Another way to write on about the texts on show. */
  ask(changes: Pick<Question, "forced" | "beam"> & { text_pair?: string }): void {
    this.#runs.start({
      text: this.#model.get("text"),
      text_pair: this.#model.get("text_pair"),
      truncate: false,
      forced: this.#model.get("forced"),
      beam: null,
      ...changes,
    });
  }
}
