import type { TranslationTraits } from "../contract.js";
import { errorWords } from "../core/words.js";
import { h, setText } from "../views/controls/dom.js";
import { frame } from "../views/frame.js";
import { onResize } from "../views/resize.js";
import { Commits } from "./commits.js";
import { HoverLink, type LinkedSpan } from "./hover_link.js";
import { atEnd, onChange, type WidgetModel } from "./lifecycle.js";
import { lockControls } from "./locks.js";
import { picturesBy } from "./pictures.js";
import { QuestionPanel, SAVED_WORDS } from "./question_panel.js";
import { remembered } from "./remembered.js";
import { ThemeFollower } from "./theme.js";
import { translationAlignment } from "./translation_alignment.js";
import { translationBeams } from "./translation_beams.js";
import { TranslationColours } from "./translation_colours.js";
import { lookedAt, type Pointed } from "./translation_focus.js";
import { TranslationGestures } from "./translation_gestures.js";
import { linkedPointed, linkedSpan } from "./translation_link.js";
import { translationMaps } from "./translation_maps.js";
import type { TranslationScene } from "./translation_scene.js";
import { type Sides, sidesOf } from "./translation_scores.js";
import { PRESENTATIONS, translationShell } from "./translation_shell.js";
import { TranslationSlots } from "./translation_slots.js";
import { readState, SHOWN_TRAITS, type TranslationState } from "./translation_state.js";
import { translationSteps } from "./translation_steps.js";
import { translationText } from "./translation_text.js";
import { drawToolbar } from "./translation_toolbar.js";
import { aboutWords, footerWords, readoutOf, tableOf } from "./translation_words.js";

/** One view of the widget: traits become presentations of a generation, gestures become traits or questions. */
export class TranslationViewer {
  readonly #shell = translationShell(() => this.#frame.request());
  readonly #model: WidgetModel<TranslationTraits>;
  readonly #panel: QuestionPanel;
  readonly #gestures: TranslationGestures;
  readonly #colours: TranslationColours;
  readonly #theme: ThemeFollower;
  readonly #slots: TranslationSlots;
  readonly #frame = frame(() => this.#draw());
  readonly #maps = translationMaps(
    (request) => this.#panel.ask(request),
    () => this.#frame.request(),
  );
  readonly #parts = {
    text: translationText(),
    alignment: translationAlignment(),
    steps: translationSteps(),
    beams: translationBeams(),
    maps: this.#maps,
  };
  readonly #sections = Object.entries(this.#parts).map(([name, part]) => {
    const label = PRESENTATIONS.find(([own]) => own === name)?.[1];
    const element = h("section.xai-scene", { "aria-label": label }, part.element);
    return { name, part, element };
  });
  readonly #sidesOnce = remembered<Sides>();
  readonly #link: HoverLink;
  #pointed: Pointed | null = null;
  /** What is pointed at in another widget of the group. */
  #linked: LinkedSpan | null = null;
  #pending = false;
  /** Whether the colours that came with the payload are shown in place of those that the traits name. */
  #saved = false;

  constructor(model: WidgetModel<TranslationTraits>, root: HTMLElement, signal: AbortSignal) {
    this.#model = model;
    this.#colours = new TranslationColours(root);
    const redraw = () => this.#frame.request();
    this.#panel = new QuestionPanel(model, signal, redraw, (quiet) => {
      // A notebook that was saved with other colours than the first, reopened without a kernel.
      this.#saved = quiet && this.#pending;
    });
    const commits = new Commits(model, signal);
    this.#gestures = new TranslationGestures(model, commits, this.#panel.runs);
    this.#slots = new TranslationSlots((request) => this.#panel.askAll(request), redraw);
    this.#link = new HoverLink(
      () => model.get("group"),
      (span) => {
        this.#linked = span;
        redraw();
      },
      signal,
    );
    root.append(...this.#panel.elements, ...this.#shell.elements);
    const { presentation, colour, beside, rows, options } = this.#shell;
    const locked = lockControls(
      model,
      {
        text: [this.#panel.source],
        presentation: [presentation.element],
        colours: [colour.element, beside.element, rows.element],
        options: [options.element],
      },
      signal,
    );
    this.#shell.map.before(locked);
    this.#shell.views.append(...this.#sections.map(({ element }) => element));
    const repaint = () => {
      this.#colours.forget();
      redraw();
    };
    this.#theme = new ThemeFollower(model, root, signal, repaint);
    onChange(model, SHOWN_TRAITS, redraw, signal);
    // Whoever chooses what to see gets that, or hears why not.
    const choose = () => {
      this.#saved = false;
      this.#slots.forgive();
      this.#maps.forgive();
    };
    onChange(model, ["payload", "colours", "rows", "align", "layer", "head"], choose, signal);
    this.#shell.save.update(
      "translation",
      picturesBy(this.#panel, commits, () => this.#theme.dark),
    );
    // The first size is a sign that the page has taken the root in: only now its colours are known.
    onResize(root, repaint, signal);
    atEnd(signal, () => {
      this.#frame.cancel();
      this.#panel.destroy();
      for (const { part } of this.#sections) part.destroy();
    });
    this.#draw();
  }

  #draw(): void {
    const shell = this.#shell;
    const read = readState(this.#model, this.#saved);
    const state = "refusal" in read ? null : read;
    const scene = state === null ? null : this.#scene(state);
    const broken = typeof scene === "string" ? scene : "";
    setText(shell.refusal, "refusal" in read ? read.refusal : "");
    shell.refusal.hidden = shell.refusal.textContent === "";
    shell.map.hidden = scene === null || broken !== "";
    const fetching =
      scene !== null && typeof scene !== "string" && scene.slots.some(({ pending }) => pending);
    this.#pending = fetching;
    const wrong = this.#panel.update({
      inputs: state?.meta.live ? state.meta.inputs : [],
      about: state === null ? "" : aboutWords(state),
      fetching: fetching && !this.#panel.quiet ? "Working out the colours" : "",
      notice: this.#saved && this.#panel.runs.running === null ? SAVED_WORDS : "",
      broken,
      anew: { forced: [], beam: null },
    });
    if (scene === null || typeof scene === "string") return;
    this.#show({ ...scene, wrong });
  }

  /** All that is drawn from; what cannot be read, in words. */
  #scene(state: TranslationState): Omit<TranslationScene, "wrong"> | string {
    try {
      const sides = this.#sidesOnce([state.payload, state.mergeWords, state.hideSpecial], () => {
        // Other texts: what was pointed at is no longer there.
        this.#pointed = null;
        return sidesOf(state);
      });
      const pointed = this.#pointed ?? linkedPointed(state, this.#linked);
      return {
        state,
        sides,
        slots: this.#slots.want(state, sides),
        pointed,
        looked: lookedAt(state, sides, pointed),
        dark: this.#theme.dark,
        legend: (scores) => this.#colours.legend(scores, this.#theme.dark),
        gestures: this.#gestures,
        point: (next) => {
          this.#pointed = next;
          this.#link.point(linkedSpan(state, next));
          this.#frame.request();
        },
      };
    } catch (error) {
      return errorWords(error);
    }
  }

  /** What was written, for a person to change. */
  #edit({ sides }: TranslationScene): void {
    const { text, special } = sides.target.tokens;
    this.#panel.fill(
      "text_pair",
      text
        .filter((_, position) => !special[position])
        .join("")
        .trim(),
    );
  }

  #show(scene: TranslationScene): void {
    const { state, slots } = scene;
    const shell = this.#shell;
    drawToolbar(shell, state, this.#gestures);
    shell.banner.update(state, this.#gestures, () => this.#edit(scene));
    const shown = slots.flatMap((slot) => (slot.shown === null ? [] : [slot.shown]));
    shell.pointed.update(readoutOf(scene, shown[0] ?? null), null);
    for (const { name, part, element } of this.#sections) {
      element.hidden = !state.presentation.some((on) => on === name);
      if (!element.hidden) part.update(scene);
    }
    shell.footer.update(footerWords(state, shown), null);
    const [first] = shown;
    shell.table.update(first !== undefined && shell.table.isOpen() ? tableOf(scene, first) : null, null);
  }
}
