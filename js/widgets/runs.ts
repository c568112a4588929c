import type { RunRequest } from "../contract.js";
import type { Failure } from "../views/controls/status_line.js";
import { type Channel, isMoot, RequestError } from "./channel.js";
import type { QuestionTraits } from "./question_panel.js";

export type Question = Omit<RunRequest, "what">;

/** Asking the model another question, from this view: what is under way, and what went wrong. */
export class Runs {
  /** Id of the run under way, or null. */
  running: string | null = null;
  failure: Failure | null = null;
  /** Whether the last question was asked for the sake of the texts. */
  ofTexts = false;

  readonly #channel: Channel<QuestionTraits>;
  readonly #onChange: () => void;
  readonly #onAnswered: () => void;
  #asked: Partial<Question> = {};

  constructor(channel: Channel<QuestionTraits>, onChange: () => void, onAnswered: () => void) {
    this.#channel = channel;
    this.#onChange = onChange;
    this.#onAnswered = onAnswered;
  }

  /** What was asked and is not answered yet: it is on its way, and choices show it already. */
  get underway(): Partial<Question> {
    return this.running === null ? {} : this.#asked;
  }

  /** Takes the place of the question under way, whose other changes it keeps. */
  start(question: Question, ofTexts = false): void {
    this.failure = null;
    this.ofTexts = ofTexts;
    this.#asked = { ...this.underway, ...question };
    const { id, answer } = this.#channel.request({ what: "run", ...this.#asked, ...question });
    this.running = id;
    this.#onChange();
    answer.then(
      () => {
        this.#end(id, null);
        this.#onAnswered();
      },
      (error: unknown) => this.#end(id, failureOf(error)),
    );
  }

  /** The question that was asked last, with other texts, cut to what fits. */
  truncate(texts: Pick<Question, "text" | "text_pair">): void {
    this.start({ ...this.#asked, ...texts, truncate: true }, this.ofTexts);
  }

  cancel(): void {
    this.#channel.cancel(this.running);
  }

  #end(id: string, failure: Failure | null): void {
    // An older run that ends says nothing about the one that took its place.
    if (id !== this.running) return;
    this.running = null;
    this.failure = failure;
    this.#onChange();
  }
}

function failureOf(error: unknown): Failure | null {
  if (isMoot(error)) return null;
  if (error instanceof RequestError) return { message: error.message, offer: error.offer };
  return { message: String(error), offer: null };
}
