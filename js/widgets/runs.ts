import type { AttentionTraits } from "../contract.js";
import type { Failure } from "../views/controls/status_line.js";
import { type Channel, isMoot, RequestError } from "./channel.js";

/** Running the model on other text, from this view: what is under way, and what went wrong. */
export class Runs {
  /** Id of the run under way, or null. */
  running: string | null = null;
  failure: Failure | null = null;

  readonly #channel: Channel<AttentionTraits>;
  readonly #onChange: () => void;

  constructor(channel: Channel<AttentionTraits>, onChange: () => void) {
    this.#channel = channel;
    this.#onChange = onChange;
  }

  start(text: string, textPair: string, truncate: boolean): void {
    this.failure = null;
    const { id, answer } = this.#channel.request({ what: "run", text, text_pair: textPair, truncate });
    this.running = id;
    this.#onChange();
    answer.then(
      () => this.#end(id, null),
      (error: unknown) => this.#end(id, failureOf(error)),
    );
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
