import type { AttentionPayload, AttentionTraits, Part, Selection } from "../contract.js";
import { decodeArray } from "../core/codec.js";
import { headColours } from "../core/palette.js";
import { attentionPreparer, type PreparedAttention } from "../core/prepare.js";
import { errorWords } from "../core/words.js";
import type { AttentionData, Hover } from "../views/attention_data.js";
import { on } from "../views/controls/dom.js";
import { frame } from "../views/frame.js";
import type { AttentionGridData } from "../views/grid_data.js";
import { AttentionGestures } from "./attention_gestures.js";
import { linkedHover, linkedSpan } from "./attention_link.js";
import { AttentionParts } from "./attention_parts.js";
import { type PresentedOptions, presentations } from "./attention_presentations.js";
import { type AttentionShell, attentionShell } from "./attention_shell.js";
import { type AttentionState, hasPair, readState, SHOWN_TRAITS } from "./attention_state.js";
import { aboutWords, KIND_CHOICES, roughWords, SEGMENT_CHOICES } from "./attention_words.js";
import { isMoot } from "./channel.js";
import { Commits } from "./commits.js";
import { ExactValues } from "./exact_values.js";
import { footerNotes } from "./footer_words.js";
import { HeadStore, type Held } from "./head_store.js";
import { HoverLink, type LinkedSpan } from "./hover_link.js";
import { atEnd, onChange, type WidgetModel } from "./lifecycle.js";
import { lockControls } from "./locks.js";
import { LookAhead } from "./look_ahead.js";
import { Patience } from "./patience.js";
import { picturesBy } from "./pictures.js";
import { pinnedRows } from "./pins.js";
import { cellRequest, completed } from "./pointed_pair.js";
import { QuestionPanel, SAVED_WORDS } from "./question_panel.js";
import { GRID_HINT, readoutWords } from "./readout_words.js";
import { remembered } from "./remembered.js";
import { tableData } from "./table_data.js";
import { ThemeFollower } from "./theme.js";
import { ThumbnailStore, type Thumbnails } from "./thumbnail_store.js";

interface Drawn {
  state: AttentionState;
  data: AttentionData;
  grid: AttentionGridData | null;
  options: PresentedOptions;
}

/** One view of the widget: traits become pictures, gestures become traits, and what is missing is asked for. */
export class AttentionViewer {
  readonly #shell: AttentionShell = attentionShell();
  readonly #panel: QuestionPanel;
  readonly #gestures: AttentionGestures;
  readonly #store: HeadStore;
  readonly #ahead: LookAhead;
  readonly #exact: ExactValues;
  readonly #thumbnails: ThumbnailStore;
  readonly #parts: AttentionParts;
  readonly #presentations = presentations();
  readonly #prepare = attentionPreparer();
  readonly #theme: ThemeFollower;
  readonly #link: HoverLink;
  readonly #frame = frame(() => this.#draw());
  /** For what has to wait a frame more. */
  readonly #next = frame(() => this.#frame.request());
  readonly #pointing = frame(() => this.#drawPointed());
  readonly #patience = new Patience(() => this.#frame.request());
  /** Whether the heads that came with the payload are shown in place of those that the traits name. */
  #saved = false;
  #hover: Hover | null = null;
  /** What the lines leave out, in words. */
  #summary = "";
  #payload: AttentionPayload | null = null;
  /** What could not be read, in words: of the payload, and of what is shown of it. */
  readonly #broken = { payload: "", map: "", grid: "" };
  #shown: AttentionData | null = null;
  /** What was drawn last, if all of it was: what is needed to draw what is pointed at in it. */
  #drawn: Drawn | null = null;
  /** Frames that went by without a picture, at the beginning. */
  #blank = 0;
  readonly #preparedOnce = remembered<PreparedAttention | null>();
  readonly #pinnedOnce = remembered<Selection[]>();
  readonly #coloursOnce = remembered<string[]>();
  readonly #gridOnce = remembered<AttentionGridData | null>();
  readonly #partOnce = remembered<Part | null>();

  readonly #model: WidgetModel<AttentionTraits>;

  constructor(model: WidgetModel<AttentionTraits>, root: HTMLElement, signal: AbortSignal) {
    this.#model = model;
    const redraw = () => this.#frame.request();
    this.#panel = new QuestionPanel(model, signal, redraw, (quiet) => {
      // A notebook that was saved on another layer than the first, reopened without a kernel.
      this.#saved = quiet && this.#shown?.heads.length === 0 && this.#payload?.arrays.heads !== undefined;
    });
    root.append(...this.#panel.elements, ...this.#shell.elements);
    const { kinds, layer, heads, presentation, options, segments } = this.#shell;
    const locked = lockControls(
      model,
      {
        text: [this.#panel.source],
        kind: [kinds.element],
        layer: [layer.element],
        heads: [heads.element],
        presentation: [presentation.element],
        options: [options.element],
        segment_filter: [segments.element],
      },
      signal,
    );
    this.#shell.map.before(locked);
    // A hand that comes to the layers will go to the next one.
    on(layer.element, "pointerenter", () => this.#drawn && this.#ahead.fetch(this.#drawn.state, 1), signal);
    // Whoever chooses what to see gets that, or hears why not.
    const choose = () => {
      this.#saved = false;
    };
    onChange(model, ["payload", "kind", "layer", "heads"], choose, signal);
    // What is missing is asked for as soon as the traits that belong together are written, not a frame later.
    const fetch = () => queueMicrotask(() => signal.aborted || this.#fetch());
    onChange(model, ["kind", "layer", "heads", "part"], fetch, signal);
    const commits = new Commits(model, signal);
    this.#gestures = new AttentionGestures(model, commits);
    this.#store = new HeadStore({
      fetch: (request) => this.#panel.ask(request),
      decode: (array) => decodeArray(array, "uint8", "heads"),
      // What came between two frames is drawn before the next one, not after it.
      onChange: () => this.#frame.now(),
      explain: (error) => (isMoot(error) ? null : (error as Error).message),
    });
    this.#ahead = new LookAhead(this.#store);
    this.#exact = new ExactValues(
      async (request) => decodeArray(await this.#panel.ask(request), "float32", "exact weights"),
      redraw,
      signal,
    );
    this.#thumbnails = new ThumbnailStore(
      {
        fetch: (request) => this.#panel.ask(request),
        decode: (array) => decodeArray(array, "uint8", "thumbnails"),
        onChange: redraw,
      },
      signal,
    );
    this.#parts = new AttentionParts(this.#gestures);
    this.#link = new HoverLink(
      () => model.get("group"),
      (span) => this.#follow(span),
      signal,
    );
    this.#shell.views.append(this.#parts.element, this.#presentations.element);
    this.#theme = new ThemeFollower(model, root, signal, redraw);
    onChange(model, SHOWN_TRAITS, redraw, signal);
    this.#shell.save.update(
      "attention",
      picturesBy(this.#panel, commits, () => this.#theme.dark),
    );
    atEnd(signal, () => this.#destroy());
    this.#draw();
  }

  #destroy(): void {
    for (const drawing of [this.#next, this.#frame, this.#pointing]) drawing.cancel();
    this.#patience.rest();
    this.#ahead.rest();
    this.#presentations.destroy();
    this.#parts.destroy();
    this.#panel.destroy();
    this.#shell.destroy();
  }

  #draw(): void {
    const shell = this.#shell;
    const read = readState(this.#model, this.#saved);
    const state =
      "refusal" in read
        ? null
        : { ...read, part: this.#partOnce([JSON.stringify(read.part)], () => read.part) };

    shell.refusal.textContent = "refusal" in read ? read.refusal : "";
    shell.refusal.hidden = shell.refusal.textContent === "";
    shell.map.hidden = state === null;
    const held = state === null ? null : this.#drawMap(state);
    const { payload, map, grid } = this.#broken;
    this.#panel.update({
      inputs: state?.meta.live ? state.meta.inputs : [],
      about: state === null ? "" : aboutWords(state),
      fetching: held !== null && held.pending.length > 0 && !this.#panel.quiet ? "Fetching weights" : "",
      notice: held?.failed?.words ?? (this.#saved && this.#panel.runs.running === null ? SAVED_WORDS : ""),
      broken: payload || map || grid,
    });
  }

  #fetch(): void {
    const state = readState(this.#model, this.#saved);
    if (!("refusal" in state)) this.#held(state);
  }

  #held(state: AttentionState): Held {
    this.#enter(state);
    const { kind, layer, heads, part, meta } = state;
    return this.#store.want({ run: meta.run, kind, layer, heads, part });
  }

  #drawMap(state: AttentionState): Held {
    const { dark } = this.#theme;
    const held = this.#held(state);
    const thumbnails = this.#thumbnailsFor(state);
    this.#parts.update(state, thumbnails, dark);
    const colours = this.#coloursOnce([state.nHeads, dark], () => headColours(state.nHeads, dark));
    this.#drawToolbar(state, colours);
    const awaited = held.pending.length > 0 && this.#drawn?.state.payload === state.payload;
    if (!awaited) this.#patience.rest();
    else if (this.#patience.lasts()) return held;
    // The page has just read this module, and all of it is slow for the first time: controls come at once, in the next
    // frame weights are read, and from then on they are drawn.
    const prepared = this.#blank === 0 ? null : this.#prepareFor(state, held);
    if (this.#blank < 2) {
      this.#blank++;
      this.#frame.request();
      return held;
    }
    if (prepared === null) return held;
    const { data } = prepared;
    this.#show(data);
    const pinned = this.#pinnedOnce([state.selection, data], () => pinnedRows(state.selection, data));
    const grid = this.#gridFor(state, data, thumbnails);
    const options: PresentedOptions = {
      colours,
      dark,
      threshold: state.threshold,
      pinned,
      hover: this.#hover,
      onHover: (hover) => {
        this.#hover = hover;
        this.#link.point(linkedSpan(state, data, hover));
        this.#pointing.request();
      },
      onPin: (rows) => this.#gestures.pin(rows, data),
      onPick: (layer, head) => this.#gestures.pick(state, layer, head),
      onSummary: (summary) => {
        this.#summary = summary;
      },
    };
    const wait = this.#presentations.update(state.presentation, data, grid, options);
    if (wait > 0) (wait > 1 ? this.#next : this.#frame).request();
    else {
      this.#ahead.follow(state, held);
      if (thumbnails !== null) this.#thumbnails.improve(state.payload, state.kindMeta, state.layer);
    }
    this.#drawn = wait > 0 ? null : { state, data, grid, options };
    this.#shell.footer.update(footerNotes(state, prepared, this.#summary), null);
    this.#drawWords(state, data, pinned);
    return held;
  }

  /** Draws what is pointed at, in what is drawn: nothing else is looked at. */
  #drawPointed(): void {
    if (this.#drawn === null) return;
    const { state, data, grid, options } = this.#drawn;
    const pointed = { ...options, hover: this.#hover };
    if (this.#presentations.update(state.presentation, data, grid, pointed) > 0) this.#pointing.request();
    this.#drawWords(state, data, options.pinned);
  }

  #drawToolbar(state: AttentionState, colours: string[]): void {
    const [shell, gestures] = [this.#shell, this.#gestures];
    const kinds = state.meta.kinds.map(({ kind }) => KIND_CHOICES[kind]);
    shell.kinds.update(
      { label: "Attention", choices: kinds, chosen: state.kind },
      { onChoose: (kind) => gestures.kind(state, kind) },
    );
    shell.layer.update(
      { layers: state.kindMeta.layers, layer: state.layer },
      { onLayer: (layer) => gestures.layer(state, layer) },
    );
    shell.heads.update(
      { count: state.nHeads, on: state.heads },
      { colours, onHeads: (heads) => gestures.set("heads", heads) },
    );
    shell.presentation.update(state.presentation, {
      onPresentation: (presentation) => gestures.set("presentation", presentation),
    });
    shell.options.update(state, {
      onHideSpecial: (on) => gestures.set("hide_special", on),
      onMergeWords: (on) => gestures.set("merge_words", on),
      onThreshold: (threshold, settled) => gestures.set("threshold", threshold, settled),
    });
    shell.segments.update(
      {
        label: "Pairs of texts",
        choices: hasPair(state.payload, state.kindMeta) ? SEGMENT_CHOICES : [],
        chosen: state.segmentFilter,
      },
      { onChoose: (filter) => gestures.set("segment_filter", filter) },
    );
  }

  #drawWords(state: AttentionState, data: AttentionData, pinned: Selection[]): void {
    const hover = this.#hover;
    const pointed = completed(hover, pinned);
    const { query, key } = pointed ?? { query: null, key: null };
    const request = query !== null && key !== null ? cellRequest(state, data, query, key) : null;
    const words = readoutWords(data, pointed, this.#exact.point(request));
    const tokens = state.presentation.some((shown) => shown !== "grid");
    this.#shell.pointed.update(tokens ? words : { ...words, hint: GRID_HINT }, null);
    const exact = (query: number, key: number) => this.#exact.get(cellRequest(state, data, query, key));
    this.#shell.table.update(this.#shell.table.isOpen() ? tableData(data, pinned, hover, exact) : null, {
      onQuery: (query) => this.#gestures.pinQuery(query, data),
      onOpen: () => this.#frame.request(),
    });
  }

  /** Points at what another widget of the group points at. */
  #follow(span: LinkedSpan | null): void {
    const state = readState(this.#model, this.#saved);
    const data = this.#shown;
    if ("refusal" in state || data === null) return;
    this.#hover = linkedHover(state, data, span);
    this.#pointing.request();
  }

  #show(data: AttentionData): void {
    const before = this.#shown;
    this.#shown = data;
    // Other rows and columns: what was pointed at is no longer there.
    if (data.queries !== before?.queries || data.keys !== before?.keys) this.#hover = null;
  }

  /** A new payload brings bytes along. */
  #enter(state: AttentionState): void {
    if (state.payload === this.#payload) return;
    this.#payload = state.payload;
    const { run, initial } = state.meta;
    const array = state.payload.arrays.heads;
    this.#attempt("payload", () => {
      if (array !== undefined) this.#store.seed({ run, ...initial }, array);
    });
  }

  #prepareFor(state: AttentionState, held: Held): PreparedAttention | null {
    const { kind, layer, nHeads, heads, kindMeta, part, mergeWords, hideSpecial, segmentFilter } = state;
    const [queries, keys] = [state.payload.tokens[kindMeta.queries], state.payload.tokens[kindMeta.keys]];
    if (queries === undefined || keys === undefined) {
      this.#broken.map = `The map names tokens that it does not hold: ${kindMeta.queries}, ${kindMeta.keys}.`;
      return null;
    }
    const from = [queries, keys, kind, layer, heads.join(), part, mergeWords, hideSpecial, segmentFilter];
    return this.#preparedOnce([...from, ...held.bytes.values()], () =>
      this.#attempt("map", () =>
        this.#prepare(
          { kind, layer, nHeads, queries, keys, on: heads, part, bytes: held.bytes },
          { mergeWords, hideSpecial, segmentFilter },
        ),
      ),
    );
  }

  /** Where they are looked at: in the grid, and as the overview of a long text. */
  #thumbnailsFor(state: AttentionState): Thumbnails | null {
    if (!state.presentation.includes("grid") && state.part === null) return null;
    return this.#attempt("grid", () => this.#thumbnails.want(state.payload, state.kindMeta));
  }

  #gridFor(
    state: AttentionState,
    { queries }: AttentionData,
    thumbnails: Thumbnails | null,
  ): AttentionGridData | null {
    const { kind, kindMeta, layer, heads } = state;
    if (thumbnails === null || !state.presentation.includes("grid")) return null;
    const inputs = [thumbnails.levels, kindMeta, layer, heads.join(), queries.direction];
    return this.#gridOnce(inputs, () => ({
      kind,
      layers: kindMeta.layers,
      heads: kindMeta.heads,
      thumbnails: thumbnails.levels,
      shape: thumbnails.shape,
      cell: `${state.meta.thumbnail}${roughWords(thumbnails)}`,
      direction: queries.direction,
      layer,
      on: heads,
    }));
  }

  /** What cannot be read is said in words; the rest of the view goes on. */
  #attempt<Result>(part: "payload" | "map" | "grid", action: () => Result): Result | null {
    this.#broken[part] = "";
    try {
      return action();
    } catch (error) {
      this.#broken[part] = errorWords(error);
      return null;
    }
  }
}
