import type { AttentionRowRequest, AttributionTraits } from "../contract.js";
import { decodeArray } from "../core/codec.js";
import { plain } from "../core/numbers.js";
import { capital, errorWords } from "../core/words.js";
import type { AttributionSumData } from "../views/attribution_sum.js";
import { setText } from "../views/controls/dom.js";
import { frame } from "../views/frame.js";
import { onResize } from "../views/resize.js";
import { type Answer, Answers } from "./answers.js";
import { accountOf, hiddenScore } from "./attribution_account.js";
import { attributionAsText } from "./attribution_as_text.js";
import { Beside } from "./attribution_beside.js";
import { AttributionGestures } from "./attribution_gestures.js";
import { drawQuestion } from "./attribution_question.js";
import { rowReadout, tableOf } from "./attribution_readout.js";
import { type Prepared, runOf, type ShownRun, sideOf } from "./attribution_scores.js";
import { attributionShell } from "./attribution_shell.js";
import { AttributionSides, linkedSpan, linkedToken, type PointedToken } from "./attribution_sides.js";
import { type AttributionState, readState, SHOWN_TRAITS } from "./attribution_state.js";
import {
  ATTENTION_WORDS,
  aboutWords,
  hiddenWords,
  kindWords,
  legendNotes,
  scaleWords,
  targetWords,
} from "./attribution_words.js";
import { Before } from "./before.js";
import { Commits } from "./commits.js";
import { HoverLink, type LinkedSpan } from "./hover_link.js";
import { atEnd, onChange, type WidgetModel } from "./lifecycle.js";
import { lockControls } from "./locks.js";
import { picturesBy } from "./pictures.js";
import { QuestionPanel } from "./question_panel.js";
import { remembered } from "./remembered.js";
import { PageColours } from "./score_colours.js";
import { ThemeFollower } from "./theme.js";
import { WrittenSteps } from "./written_steps.js";

/** One view of the widget: traits become a coloured text, gestures become traits or questions to the model. */
export class AttributionViewer {
  readonly #shell = attributionShell(() => this.#frame.request());
  readonly #sides = new AttributionSides();
  readonly #beside = new Beside();
  readonly #steps = new WrittenSteps();
  readonly #before = new Before();
  readonly #link: HoverLink;
  readonly #rows: Answers<AttentionRowRequest, Float32Array>;
  readonly #model: WidgetModel<AttributionTraits>;
  readonly #panel: QuestionPanel;
  readonly #gestures: AttributionGestures;
  readonly #theme: ThemeFollower;
  readonly #frame = frame(() => this.#draw());
  readonly #preparedOnce = remembered<Prepared | string>();
  readonly #accountOnce = remembered<AttributionSumData>();
  readonly #colours: PageColours;
  #hover: PointedToken | null = null;
  #hoveredStep: number | null = null;
  /** What is pointed at in another widget of the group. */
  #linked: LinkedSpan | null = null;

  constructor(model: WidgetModel<AttributionTraits>, root: HTMLElement, signal: AbortSignal) {
    this.#model = model;
    this.#colours = new PageColours(root);
    const redraw = () => this.#frame.request();
    this.#panel = new QuestionPanel(model, signal, redraw);
    const commits = new Commits(model, signal);
    this.#gestures = new AttributionGestures(model, commits, this.#panel.runs);
    root.append(...this.#panel.elements, ...this.#shell.elements);
    const { method, baseline, value, options, answers, beside } = this.#shell;
    const locked = lockControls(
      model,
      {
        text: [this.#panel.source],
        method: [method.element, baseline.element],
        value: [value.element],
        options: [options.element],
        target: [answers],
        compare: [beside],
      },
      signal,
    );
    this.#shell.map.before(locked);
    this.#shell.sides.append(this.#sides.element);
    this.#shell.steps.append(this.#steps.list);
    this.#shell.before.append(this.#before.element);
    this.#link = new HoverLink(
      () => model.get("group"),
      (span) => {
        this.#linked = span;
        redraw();
      },
      signal,
    );
    this.#shell.beside.append(this.#steps.map, this.#beside.element);
    this.#rows = new Answers(
      async (request) => decodeArray(await this.#panel.ask(request), "float32", "attention"),
      redraw,
    );
    const repaint = () => {
      this.#colours.forget();
      redraw();
    };
    this.#theme = new ThemeFollower(model, root, signal, repaint);
    onChange(model, SHOWN_TRAITS, redraw, signal);
    this.#shell.save.update(
      "attribution",
      picturesBy(this.#panel, commits, () => this.#theme.dark),
    );
    // The first size is a sign that the page has taken the root in: only now its colours are known.
    onResize(root, repaint, signal);
    atEnd(signal, () => {
      this.#frame.cancel();
      this.#panel.destroy();
      this.#sides.destroy();
      this.#beside.destroy();
      this.#steps.destroy();
      this.#before.destroy();
      this.#shell.destroy();
    });
    this.#draw();
  }

  #draw(): void {
    const shell = this.#shell;
    const read = readState(this.#model, this.#panel.runs.underway);
    const state = "refusal" in read ? null : read;
    const prepared = state === null ? null : this.#prepare(state);
    const broken = typeof prepared === "string" ? prepared : "";
    setText(shell.refusal, "refusal" in read ? read.refusal : "");
    shell.refusal.hidden = shell.refusal.textContent === "";
    shell.map.hidden = state === null || typeof prepared === "string";
    const wrong = this.#panel.update({
      inputs: state?.meta.live ? state.meta.inputs : [],
      about: state === null ? "" : aboutWords(state),
      fetching: "",
      notice: "",
      broken,
    });
    if (state === null || prepared === null || typeof prepared === "string") return;
    // A step that is pointed at is looked at; the one that was chosen comes back after.
    const step = Math.min(this.#hoveredStep ?? state.step, state.nSteps - 1);
    drawQuestion(shell, state, this.#gestures, step, wrong);
    this.#drawAnswer(state, prepared, step);
  }

  #prepare(state: AttributionState): Prepared | string {
    const { payload, meta, mergeWords, hideSpecial } = state;
    return this.#preparedOnce([payload, mergeWords, hideSpecial], () => {
      this.#hover = this.#hoveredStep = null;
      try {
        const sides = meta.sides.map(({ tokens, label }) => sideOf(payload, tokens, label, state));
        return { sides, runs: meta.runs.map((_, run) => runOf(payload.arrays, `scores/${run}`, sides)) };
      } catch (error) {
        return errorWords(error);
      }
    });
  }

  #drawAnswer(state: AttributionState, prepared: Prepared, step: number): void {
    const shell = this.#shell;
    const { first } = state;
    const run = prepared.runs[0] as ShownRun;
    const colourOf = (most: number, signed: boolean) => this.#colours.of(most, signed, this.#theme.dark);
    const onHover = (hover: PointedToken | null) => {
      this.#hover = hover;
      this.#link.point(hover === null ? null : linkedSpan(prepared.sides, hover));
      this.#frame.request();
    };
    const hovered = this.#hover ?? linkedToken(prepared.sides, this.#linked);
    const scores = run.sides.map((side) => side.steps[step] ?? new Float32Array());
    const colours = colourOf(run.most, first.method.signed);
    const value = first.value[step] ?? 0;
    const what = `${kindWords(first.value_kind)} of ${targetWords(state, step)}`;
    shell.headline.update(
      {
        what: `${capital(what)} = ${plain(value)}`,
        by: `by ${first.method.label}`,
        label: first.method.attention_based ? ATTENTION_WORDS : "",
      },
      null,
    );
    this.#steps.update(state, prepared, {
      dark: this.#theme.dark,
      hover: hovered,
      hoveredStep: this.#hoveredStep,
      onHover: (hover, hoveredStep) => {
        this.#hoveredStep = hoveredStep;
        onHover(hover);
      },
      onStep: (chosen) => this.#gestures.set("step", chosen),
    });
    this.#sides.update(
      { sides: prepared.sides, scores, signed: first.method.signed },
      {
        colours,
        numbers: state.showScores,
        hover: hovered,
        selection: state.selection,
        onHover,
        onPick: (side, span) => this.#gestures.pick(side, span),
      },
    );
    shell.pointed.update(
      rowReadout(prepared.sides, scores, {
        hover: hovered,
        selection: state.selection,
        signed: first.method.signed,
        value,
        what,
      }),
      null,
    );
    shell.legend.update({ signed: first.method.signed, colours, title: scaleWords(first) }, null);
    const account = this.#accountOnce([run, step, colours], () => accountOf(first, run, step, colours));
    shell.sum.update(account, null);
    const row = this.#attention(state, step);
    this.#beside.update(state, prepared, this.#gestures, {
      step,
      hover: hovered,
      colours: colourOf,
      attention: row.value,
      failed: row.failed,
      onHover,
    });
    this.#before.update(state, colourOf);
    shell.copy.update("Copy as text", {
      text: () => attributionAsText(first, what, prepared.sides, scores, step),
    });
    shell.table.update(
      shell.table.isOpen() ? tableOf(capital(what), prepared.sides, scores, first.method.signed) : null,
      null,
    );
    const notes = legendNotes(state);
    const hidden = hiddenScore(run, step);
    if (hidden !== 0) notes.push(hiddenWords(hidden));
    shell.footer.update(notes, null);
  }

  #attention({ meta, head }: AttributionState, step: number): Answer<Float32Array> {
    if (head === null) return { value: null, failed: "" };
    const [layer, own] = head;
    return this.#rows.want({
      what: "attention_row",
      run: meta.run,
      layer,
      head: own,
      step: meta.steps === null ? null : step,
    });
  }
}
