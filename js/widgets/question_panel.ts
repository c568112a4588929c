import type { Progress, Request, WireArray } from "../contract.js";
import { CodecError } from "../core/codec.js";
import { type SourceData, sourceForm } from "../views/controls/source_form.js";
import { statusLine } from "../views/controls/status_line.js";
import { Channel } from "./channel.js";
import { onChange, type WidgetModel } from "./lifecycle.js";
import { type Question, Runs } from "./runs.js";

/** The traits that every widget has whose picture a model answers. */
export interface QuestionTraits {
  text: string;
  text_pair: string;
  error: string;
  progress: Progress | null;
  theme: string;
}

export interface PanelData {
  inputs: SourceData["inputs"];
  /** What is on show, in one line. */
  about: string;
  /** What is being fetched beside a run, in words; "" for nothing. */
  fetching: string;
  /** Something to know, in words; "" leaves the place to the words for a silent kernel. */
  notice: string;
  /** What of the payload cannot be read, in words. */
  broken: string;
  /** What else begins anew with other texts. */
  anew?: Partial<Question>;
}

export const QUIET_WORDS =
  "The kernel has not answered: it is busy, or gone. What is drawn stays; for the rest, run the cell again.";

/** Said while what came with the payload is shown in place of what was chosen. */
export const SAVED_WORDS =
  "The kernel has not answered: it is busy, or gone. This is what was saved; for the rest, run the cell again.";

/** The texts for the model and the line under them: asks questions, and says how far they are and what went wrong. */
export class QuestionPanel {
  /** Whether the kernel owes an answer for longer than it should. */
  quiet = false;
  readonly runs: Runs;
  readonly #source = sourceForm();
  readonly #status = statusLine();
  /** The boxes of the texts. */
  readonly source = this.#source.element;
  readonly elements = [this.source, this.#status.element];
  readonly #channel: Channel<QuestionTraits>;
  readonly #model: WidgetModel<QuestionTraits>;

  constructor(
    model: WidgetModel<QuestionTraits>,
    signal: AbortSignal,
    redraw: () => void,
    onQuiet: (quiet: boolean) => void = () => {},
  ) {
    this.#model = model;
    this.#channel = new Channel(model, signal, (quiet) => {
      this.quiet = quiet;
      onQuiet(quiet);
      redraw();
    });
    this.runs = new Runs(this.#channel, redraw, () => this.#tellHost());
    onChange(model, ["text", "text_pair", "error"], redraw, signal);
    const heard = () => {
      this.#channel.heard();
      redraw();
    };
    onChange(model, ["progress"], heard, signal);
  }

  /** Writes into a text box, for the person to go on from. */
  fill(name: "text" | "text_pair", text: string): void {
    this.#source.fill(name, text);
  }

  /** Asks for several arrays. */
  askAll(request: Request): Promise<WireArray[]> {
    return this.#channel.request(request).answer;
  }

  /** Asks for one array. */
  async ask(request: Request): Promise<WireArray> {
    const [array] = await this.askAll(request);
    if (array === undefined) throw new CodecError("The answer came without its array.");
    return array;
  }

  /** Gives the id of the element that says what went wrong, or null. */
  update(data: PanelData): string | null {
    const { runs } = this;
    const { running } = runs;
    const words = data.broken || this.#model.get("error");
    const failure = runs.failure ?? (words === "" ? null : { message: words, offer: null });
    const wrong = failure === null ? null : this.#status.failureId;
    this.#source.update(
      {
        inputs: data.inputs,
        texts: { text: this.#model.get("text"), text_pair: this.#model.get("text_pair") },
        running: running !== null,
        wrong: runs.ofTexts ? wrong : null,
      },
      { onRun: (text, text_pair) => runs.start({ text, text_pair, truncate: false, ...data.anew }, true) },
    );
    // An empty object is how some hosts send None.
    const progress = this.#model.get("progress");
    const underway = progress?.label ? progress : null;
    const waiting = running === null ? data.fetching : this.#runningWords();
    if (waiting !== "") this.#channel.expect();
    this.#status.update(
      {
        about: data.about,
        progress: underway ?? (waiting === "" ? null : { label: waiting, done: 0, total: 0 }),
        notice: data.notice || (this.quiet && running === null ? QUIET_WORDS : ""),
        failure,
      },
      {
        onCancel: running === null && underway === null ? null : () => runs.cancel(),
        onTruncate: () => runs.truncate(this.#source.typed()),
      },
    );
    return wrong;
  }

  destroy(): void {
    this.#source.destroy();
    this.#status.destroy();
  }

  /**
   * Python has changed the traits, on behalf of this view. marimo runs cells anew for what the page changed, and that was
   * not the page: a trait that is written as it is tells it, and no other host sends what is the same.
   */
  #tellHost(): void {
    this.#model.set("theme", this.#model.get("theme"));
    this.#model.save_changes();
  }

  #runningWords(): string {
    return this.quiet ? "Waiting for the kernel, which is busy or gone" : "Running the model";
  }
}
