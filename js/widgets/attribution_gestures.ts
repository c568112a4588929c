import type { AttributionTarget, AttributionTraits } from "../contract.js";
import type { AttributionState } from "./attribution_state.js";
import { chosenCandidates } from "./attribution_state.js";
import type { Commits } from "./commits.js";
import type { WidgetModel } from "./lifecycle.js";
import { type Span, togglePick } from "./picks.js";
import type { Question, Runs } from "./runs.js";

/** What a person does: as traits where it is about what is shown, as a question to the model where it is about that. */
export class AttributionGestures {
  readonly #model: WidgetModel<AttributionTraits>;
  readonly #commits: Commits<AttributionTraits>;
  readonly #runs: Runs;

  constructor(model: WidgetModel<AttributionTraits>, commits: Commits<AttributionTraits>, runs: Runs) {
    this.#model = model;
    this.#commits = commits;
    this.#runs = runs;
  }

  set<Name extends keyof AttributionTraits & string>(name: Name, value: AttributionTraits[Name]): void {
    this.#commits.put(name, value);
  }

  /** Another question about the texts on show, or about those that were asked for a moment ago. */
  ask(changes: Partial<Question>): void {
    const { text = this.#model.get("text"), text_pair = this.#model.get("text_pair") } = this.#runs.underway;
    this.#runs.start({ text, text_pair, truncate: false, ...changes });
  }

  /** An answer: of several steps, at that one. */
  explain({ meta }: AttributionState, step: number, target: AttributionTarget): void {
    this.ask(meta.steps === null ? { target } : { target, at: step });
  }

  /** The difference between the answer that is explained and another. */
  contrast(state: AttributionState, step: number, id: number): void {
    const { explained } = chosenCandidates(state, step);
    if (explained !== null) this.explain(state, step, [explained, id]);
  }

  /** Adds a method to those beside the first, or takes it away. */
  compare(method: string): void {
    const compare = this.#runs.underway.compare ?? this.#model.get("compare");
    const others = compare.filter((other) => other !== method);
    this.ask({ compare: others.length < compare.length ? others : [...others, method] });
  }

  /** Picks the tokens of a row, or lets them go. */
  pick(side: number, span: Span): void {
    this.set("selection", togglePick(this.#model.get("selection"), side, span));
  }
}
