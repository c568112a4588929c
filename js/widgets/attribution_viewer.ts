import type { AttributionTraits } from "../contract.js";
import { parseColour, toHex } from "../core/colour.js";
import { plain } from "../core/numbers.js";
import { scoreColour, scoreRamp } from "../core/score_ramp.js";
import { waterfall } from "../core/waterfall.js";
import { capital } from "../core/words.js";
import type { ScoreColours } from "../views/attribution_text.js";
import { setText } from "../views/controls/dom.js";
import { frame } from "../views/frame.js";
import { type Ink, readInk } from "../views/ink.js";
import { AttributionGestures } from "./attribution_gestures.js";
import { rowReadout } from "./attribution_readout.js";
import { runOf, type ShownRun, type ShownSide, sideOf } from "./attribution_scores.js";
import { attributionShell } from "./attribution_shell.js";
import { AttributionSides, type PointedToken } from "./attribution_sides.js";
import { type AttributionState, chosenCandidates, readState, SHOWN_TRAITS } from "./attribution_state.js";
import {
  ATTENTION_WORDS,
  aboutWords,
  hiddenWords,
  kindWords,
  legendNotes,
  methodWords,
  residualWords,
  SUM_LABELS,
  targetWords,
  valueLabel,
} from "./attribution_words.js";
import { Commits } from "./commits.js";
import { onChange, type WidgetModel } from "./lifecycle.js";
import { QuestionPanel } from "./question_panel.js";
import { remembered } from "./remembered.js";
import { ThemeFollower } from "./theme.js";

/** What is on show, made from the state: texts, and each method's scores on them. */
interface Prepared {
  sides: ShownSide[];
  runs: ShownRun[];
}

/** One view of the widget: traits become a coloured text, gestures become traits or questions to the model. */
export class AttributionViewer {
  readonly #shell = attributionShell();
  readonly #sides = new AttributionSides();
  readonly #model: WidgetModel<AttributionTraits>;
  readonly #root: HTMLElement;
  readonly #panel: QuestionPanel;
  readonly #gestures: AttributionGestures;
  readonly #theme: ThemeFollower;
  readonly #frame = frame(() => this.#draw());
  readonly #preparedOnce = remembered<Prepared | string>();
  readonly #coloursOnce = remembered<ScoreColours | null>();
  #ink: Ink | null = null;
  #hover: PointedToken | null = null;
  #hoveredStep: number | null = null;

  constructor(model: WidgetModel<AttributionTraits>, root: HTMLElement, signal: AbortSignal) {
    this.#model = model;
    this.#root = root;
    const redraw = () => this.#frame.request();
    this.#panel = new QuestionPanel(model, signal, redraw);
    this.#gestures = new AttributionGestures(model, new Commits(model, signal), this.#panel.runs);
    root.append(...this.#panel.elements, ...this.#shell.elements);
    this.#shell.sides.append(this.#sides.element);
    const repaint = () => {
      this.#ink = null;
      redraw();
    };
    this.#theme = new ThemeFollower(root, () => model.get("theme"), repaint, signal);
    onChange(model, SHOWN_TRAITS, redraw, signal);
    onChange(model, ["theme"], () => this.#theme.look(), signal);
    // The first size is a sign that the page has taken the root in: only now its colours are known.
    const taken = new ResizeObserver(repaint);
    taken.observe(root);
    signal.addEventListener(
      "abort",
      () => {
        taken.disconnect();
        this.#frame.cancel();
        this.#panel.destroy();
        this.#sides.destroy();
        this.#shell.destroy();
      },
      { once: true },
    );
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
    this.#drawQuestion(state, wrong);
    this.#drawAnswer(state, prepared);
  }

  #prepare(state: AttributionState): Prepared | string {
    const { payload, meta, mergeWords, hideSpecial } = state;
    return this.#preparedOnce([payload, mergeWords, hideSpecial], () => {
      this.#hover = null;
      try {
        const sides = meta.sides.map(({ tokens, label }) => sideOf(payload, tokens, label, state));
        return { sides, runs: meta.runs.map((_, run) => runOf(payload.arrays, `scores/${run}`, sides)) };
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    });
  }

  #drawQuestion(state: AttributionState, wrong: string | null): void {
    const [shell, gestures] = [this.#shell, this.#gestures];
    const { meta, question, first } = state;
    const chosen = meta.methods.find(({ name }) => name === question.method) ?? first.method;
    const live = meta.live;
    shell.method.update(
      {
        label: "Method",
        choices: (live ? meta.methods : []).map(({ name, label, attention_based, unavailable }) => ({
          value: name,
          label,
          group: attention_based ? "Attention, not attribution" : "Attribution",
          refused: unavailable,
        })),
        chosen: chosen.name,
      },
      { onChoose: (method) => gestures.ask({ method }) },
    );
    shell.baseline.update(
      {
        label: "Baseline",
        choices: (live ? chosen.baselines : []).map((name) => ({
          value: name,
          label: name,
          group: "",
          refused: null,
        })),
        chosen: question.baseline || (chosen.baselines[0] ?? ""),
      },
      { onChoose: (baseline) => gestures.ask({ baseline }) },
    );
    shell.value.update(
      {
        label: "Value",
        choices: (live ? meta.values : []).map((value) => ({ value, label: valueLabel(value) })),
        chosen: question.value,
      },
      { onChoose: (value) => gestures.ask({ value }) },
    );
    shell.options.update(
      [
        {
          label: "Merge into words",
          title: "Show whole words: the scores of their tokens, summed",
          on: state.mergeWords,
        },
        {
          label: "Hide special tokens",
          title: "Leave out [CLS], [SEP], </s> and their kin; what they add is still said",
          on: state.hideSpecial,
        },
        { label: "Show scores", title: "Write every score under its token", on: state.showScores },
      ],
      {
        onCheck: (index, on) =>
          gestures.set((["merge_words", "hide_special", "show_scores"] as const)[index] ?? "show_scores", on),
      },
    );
    setText(shell.about, methodWords(chosen));
    const { explained, against } = chosenCandidates(state);
    setText(
      shell.answersTitle,
      meta.steps === null ? "What the model answers" : "What it could have written",
    );
    shell.candidates.update(
      {
        label: "Answers, likeliest first",
        candidates: meta.candidates[state.step] ?? [],
        explained,
        against,
      },
      {
        onExplain: live && meta.steps === null ? (target) => gestures.ask({ target }) : null,
        onContrast: (id) => gestures.contrast(state, id),
      },
    );
    const { target } = this.#model.get("target") === null ? { target: "" } : { target: question.target };
    const typed = typeof target === "string" && explained === null ? target : "";
    shell.target.element.hidden = !live || meta.steps !== null;
    shell.target.update({ target: typed, wrong }, { onTarget: (name) => gestures.ask({ target: name }) });
  }

  #drawAnswer(state: AttributionState, prepared: Prepared): void {
    const shell = this.#shell;
    const { first } = state;
    const step = this.#hoveredStep ?? state.step;
    const run = prepared.runs[0] as ShownRun;
    const scores = run.sides.map((side) => side.steps[step] ?? new Float32Array());
    const colours = this.#colours(run.most, first.method.signed);
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
    this.#sides.update(
      { sides: prepared.sides, scores },
      {
        colours,
        numbers: state.showScores,
        hover: this.#hover,
        selection: state.selection,
        onHover: (hover) => {
          this.#hover = hover;
          this.#frame.request();
        },
        onPick: (side, span) => this.#gestures.pick(state, side, span),
      },
    );
    shell.pointed.update(
      rowReadout(prepared.sides, scores, { hover: this.#hover, selection: state.selection, value, what }),
      null,
    );
    shell.legend.update(
      { signed: first.method.signed, colours, title: `Score (${kindWords(first.value_kind)})` },
      null,
    );
    const hidden = run.sides.reduce((sum, side) => sum + (side.hidden[step] ?? 0), 0);
    const account = {
      value,
      baseline: first.baseline_value[step] ?? 0,
      residual: first.residual[step] ?? 0,
      hidden,
    };
    const full = (sign: 1 | -1) => (colours === null ? "" : toHex(scoreColour(colours.ramp, sign * 0.8, 1)));
    shell.sum.update(
      {
        steps: waterfall(account, scores),
        labels: SUM_LABELS,
        words: residualWords(first, step),
        colours: { raises: full(1), lowers: full(-1) },
      },
      null,
    );
    const notes = legendNotes(state);
    if (hidden !== 0) notes.push(hiddenWords(hidden));
    shell.footer.update(notes, null);
  }

  #colours(most: number, signed: boolean): ScoreColours | null {
    if (this.#root.isConnected) this.#ink ??= readInk(this.#root, this.#theme.dark);
    const ink = this.#ink;
    return this.#coloursOnce([ink, most, signed], () =>
      ink === null
        ? null
        : {
            ramp: scoreRamp(parseColour(ink.paper) ?? [255, 255, 255], this.#theme.dark, signed),
            most,
            text: ink.text,
          },
    );
  }
}
