import type { AnswerRequest, HintRequest, QuestionViewTraits } from "../contract.js";
import { errorWords } from "../core/words.js";
import { lessonQuestion } from "../views/lesson_question.js";
import { Channel, isMoot } from "./channel.js";
import { Commits } from "./commits.js";
import { atEnd, onChange, type WidgetModel } from "./lifecycle.js";
import { ThemeFollower } from "./theme.js";

const QUIET_WORDS = "The kernel has not answered: it is busy, or gone. Run the cell again to answer here.";

/** One view of a question: what is picked becomes a trait, what is answered a request. */
export class LessonQuestionViewer {
  readonly #view = lessonQuestion();
  readonly #model: WidgetModel<QuestionViewTraits>;
  readonly #channel: Channel<QuestionViewTraits>;
  readonly #commits: Commits<QuestionViewTraits>;
  #asked = 0;
  #quiet = false;
  #failure = "";

  constructor(model: WidgetModel<QuestionViewTraits>, root: HTMLElement, signal: AbortSignal) {
    this.#model = model;
    this.#commits = new Commits(model, signal);
    this.#channel = new Channel(model, signal, (quiet) => {
      this.#quiet = quiet;
      this.#draw();
    });
    root.append(this.#view.element);
    new ThemeFollower(model, root, signal);
    onChange(model, ["payload", "chosen", "attempts", "hints", "verdict"], () => this.#draw(), signal);
    atEnd(signal, () => this.#view.destroy());
    this.#draw();
  }

  #draw(): void {
    const model = this.#model;
    const verdict = model.get("verdict");
    this.#view.update(
      {
        meta: model.get("payload").meta,
        chosen: model.get("chosen"),
        attempts: model.get("attempts"),
        hints: model.get("hints"),
        // An empty object is how some hosts send None.
        verdict: verdict?.words ? verdict : null,
        busy: this.#asked > 0,
        failure: this.#failure || (this.#quiet ? QUIET_WORDS : ""),
      },
      {
        onChoose: (chosen) => this.#commits.put("chosen", chosen),
        onAnswer: (given) => void this.#ask({ what: "answer", given }),
        onHint: () => void this.#ask({ what: "hint" }),
      },
    );
  }

  async #ask(request: AnswerRequest | HintRequest): Promise<void> {
    this.#asked++;
    this.#failure = "";
    this.#draw();
    try {
      await this.#channel.request(request).answer;
    } catch (error) {
      if (!isMoot(error)) this.#failure = errorWords(error);
    }
    this.#asked--;
    this.#draw();
  }
}
