import { describe, expect, it, vi } from "vitest";
import type { ScoresRequest, TranslationTraits, WireArray } from "../../js/contract.js";
import { SCENES, type TranslationScene } from "../../js/gallery/translation_scenes.js";
import { QUIET_AFTER } from "../../js/widgets/channel.js";
import { COMMIT_DELAY } from "../../js/widgets/commits.js";
import { STEP_TIME } from "../../js/widgets/player.js";
import widget from "../../js/widgets/translation.js";
import { press } from "./views_harness.js";
import { FakeModel, lastId } from "./widgets_model.js";
import { all, choose, drawn, find, freshPages, labelled, named, page, wait, words } from "./widgets_page.js";

let scene: TranslationScene;
let model: FakeModel<TranslationTraits>;

const side = (number: number, pair = 0) =>
  all(`.xai-pair:nth-child(${pair + 1}) .xai-text`)[number] as HTMLElement;
const chips = (number: number, pair = 0) => [
  ...side(number, pair).querySelectorAll<HTMLElement>(".xai-chip"),
];
const chip = (text: string, number: number) =>
  chips(number).find(({ textContent }) => textContent === text) as HTMLElement;
/** What a token's score is said to be. */
const score = (text: string, number: number) =>
  Number(chip(text, number).getAttribute("aria-label")?.split(", ")[1]);
const point = (element: Element, type = "pointerover") =>
  element.dispatchEvent(new PointerEvent(type, { bubbles: type === "pointerover" }));
const runs = () => model.asked("run");

async function show(name: string, over: Partial<TranslationTraits> = {}): Promise<void> {
  scene = (SCENES[name] as () => TranslationScene)();
  model = new FakeModel<TranslationTraits>({ ...scene.traits, ...over });
  widget.render({ model, el: page.host, signal: page.life.signal });
  await drawn();
}

/** Answers a request as Python does. */
function respond(id: string, arrays: WireArray[]): void {
  const shapes = arrays.map(({ dtype, shape }) => ({ dtype, shape }));
  model.emit(
    "msg:custom",
    { type: "response", id, ok: true, arrays: shapes },
    arrays.map(({ data }) => data as DataView),
  );
}

function scoresOf({ by, rows, align }: Pick<ScoresRequest, "by" | "rows" | "align">): WireArray[] {
  return scene.scores(model.get("payload"), by, rows, align);
}

async function answerScores(): Promise<void> {
  for (const { id, request } of model.sent) if (request.what === "scores") respond(id, scoresOf(request));
  await drawn();
}

async function answerHeads(): Promise<void> {
  for (const { id, request } of model.sent) {
    if (request.what !== "heads") continue;
    const { kind, layer, heads } = request;
    respond(id, [scene.heads(model.get("payload"), kind, layer, heads)]);
  }
  await drawn();
}

/** Answers the last question as Python does: traits and payload first, then the response. */
async function answerRun(): Promise<void> {
  const {
    text,
    text_pair,
    forced = [],
    beam = null,
  } = runs().at(-1) as typeof runs extends () => (infer R)[] ? R : never;
  const question = { text, text_pair, forced, beam };
  const id = lastId(model, "run");
  const payload = scene.answer(question, model.get("payload").meta.run + 1);
  if (typeof payload === "string") model.refuse(id, "InputError", payload);
  else {
    const ids = forced.map((_, step) => payload.meta.steps[step]?.id ?? 0);
    model.fromPython({ ...question, forced: ids, payload });
    model.answerNothing(id);
  }
  await drawn();
}

freshPages();

/** The cross attention of the scene, [step][source position]. */
function crossRows(name: "source" | "target" = "source"): number[][] {
  const [source, target] = scoresOf(scene.traits.payload.meta.initial) as [WireArray, WireArray];
  const array = name === "source" ? source : target;
  const [steps = 0, count = 0] = array.shape;
  const values = new Float32Array((array.data as DataView).buffer);
  return Array.from({ length: steps }, (_, step) => [...values.slice(step * count, (step + 1) * count)]);
}

describe("source and target as text", () => {
  it("are coloured by what made the step that is looked at, with a legend", async () => {
    await show("translation");
    expect(chips(0).map(({ textContent }) => textContent)).toEqual(
      "the small black cat does not see the red house . </s>".split(" "),
    );
    expect(side(0).getAttribute("aria-label")).toBe("Source");
    expect(chip("chat", 1).dataset.look).toBe("current");
    expect(score("cat", 0)).toBeCloseTo(crossRows()[2]?.[3] ?? 0, 2);
    expect(chip("cat", 0).style.backgroundColor).not.toBe(chip("red", 0).style.backgroundColor);
    expect(words(".xai-pair .xai-legend-title")).toBe("Attention: mean of all layers and heads");
    expect(words("footer")).toContain("cross attention to the source, decoder self-attention to the target");
    expect(words(".xai-readout-words")).toMatch(
      /^chat looks at: cat 0\.\d+, .+, log-probability −0\.48 \(61\.8%\)$/,
    );
    expect(model.sent).toEqual([]);
  });

  it("fade what a step cannot see, and never colour it", async () => {
    await show("translation");
    expect(chip("petit", 1).dataset.look).toBeUndefined();
    expect(
      chips(1)
        .slice(3)
        .map(({ dataset }) => dataset.look),
    ).toEqual(Array(10).fill("unseen"));
    const blank = chip("rouge", 1).style.backgroundColor;
    expect(chip("noir", 1).style.backgroundColor).toBe(blank);
    expect(chip("petit", 1).style.backgroundColor).not.toBe(blank);
  });

  it("light up by a target token that is pointed at, and by a source token the other way round", async () => {
    await show("translation");
    point(chip("rouge", 1));
    await drawn();
    expect(score("red", 0)).toBeCloseTo(crossRows()[10]?.[8] ?? 0, 2);
    point(chip("red", 0));
    await drawn();
    expect(score("rouge", 1)).toBeCloseTo(crossRows()[10]?.[8] ?? 0, 2);
    expect(score("chat", 1)).toBeCloseTo(crossRows()[2]?.[8] ?? 0, 2);
    expect(words(".xai-readout-words")).toMatch(/^red is looked at by: rouge 0\.\d/);
    point(side(0), "pointerleave");
    await drawn();
    expect(words(".xai-readout-words")).toContain("chat looks at");
  });

  it("keep what is pinned, and look at its step", async () => {
    await show("translation");
    chip("rouge", 1).click();
    chip("la", 1).click();
    await drawn();
    expect(model.get("selection")).toEqual([
      { side: 1, start: 10, stop: 11 },
      { side: 1, start: 7, stop: 8 },
    ]);
    expect(model.get("step")).toBe(7);
    const rows = crossRows();
    expect(score("red", 0)).toBeCloseTo(((rows[10]?.[8] ?? 0) + (rows[7]?.[8] ?? 0)) / 2, 2);
    chip("la", 1).click();
    await drawn();
    expect(model.get("selection")).toEqual([{ side: 1, start: 10, stop: 11 }]);
    await wait(COMMIT_DELAY + 20);
    expect(model.saved).toEqual([{ selection: [{ side: 1, start: 10, stop: 11 }], step: 7 }]);
  });

  it("merge into words: the mean over a word's steps", async () => {
    await show("translation", { merge_words: true, step: 8 });
    expect(chips(1).map(({ textContent }) => textContent)).toContain("maison");
    const rows = crossRows();
    expect(score("house", 0)).toBeCloseTo(((rows[8]?.[9] ?? 0) + (rows[9]?.[9] ?? 0)) / 2, 2);
  });

  it("hide special tokens, and say what they have", async () => {
    await show("translation", { hide_special: true });
    expect(chips(0).map(({ textContent }) => textContent)).not.toContain("</s>");
    expect(words("footer")).toMatch(/Share of hidden tokens: \d/);
  });

  it("ask for another colour once, and keep the one before until it is here", async () => {
    await show("translation");
    choose(labelled("Colour by"), "method gradient_x_input");
    await drawn();
    expect(model.get("colours")).toEqual([{ what: "method", name: "gradient_x_input" }]);
    expect(model.asked("scores")).toEqual([
      {
        what: "scores",
        run: 1,
        by: { what: "method", name: "gradient_x_input" },
        rows: "writes",
        align: "argmax",
      },
    ]);
    expect(words(".xai-pair .xai-legend-title")).toContain("Attention");
    await answerScores();
    expect(
      all(".xai-legend-title").filter((title) => title.textContent === "Gradient × input"),
    ).not.toHaveLength(0);
    expect(words("footer")).toContain("Shrikumar");
    expect(chip("cat", 0).getAttribute("aria-label")).toMatch(/^cat, \+1\.\d/);
    expect(model.asked("scores")).toHaveLength(1);
  });

  it("choose a layer and head, and rows as they are read", async () => {
    await show("translation");
    choose(labelled("Colour by"), "1");
    await drawn();
    choose(labelled("head"), "3");
    await drawn();
    find<HTMLInputElement>("input[value=reads]").click();
    await drawn();
    expect(model.asked("scores").at(-1)).toEqual({
      what: "scores",
      run: 1,
      by: { what: "attention", layer: 1, head: 3 },
      rows: "reads",
      align: "argmax",
    });
    await answerScores();
    expect(words(".xai-pair .xai-legend-title")).toBe("Attention: layer 1, head 3");
    expect(words("footer")).toContain("in which a token was read again");
  });

  it("stand twice, in two colours side by side", async () => {
    await show("translation");
    choose(labelled("beside it"), "method gradient_x_input");
    await drawn();
    await answerScores();
    expect(all(".xai-pair")).toHaveLength(2);
    const titles = all(".xai-pair").map((pair) => pair.getAttribute("aria-label"));
    expect(titles).toEqual(["Attention: mean of all layers and heads", "Gradient × input"]);
    choose(labelled("beside it"), "");
    await drawn();
    expect(all(".xai-pair")).toHaveLength(1);
  });

  it("say why a colour could not be had, and try again when it is chosen again", async () => {
    await show("translation");
    choose(labelled("Colour by"), "method gradient_x_input");
    await drawn();
    model.refuse(lastId(model, "scores"), "InputError", "There is not enough memory.");
    await drawn();
    expect(words(".xai-pair .xai-empty")).toBe("There is not enough memory.");
    choose(labelled("Colour by"), "mean");
    await drawn();
    choose(labelled("Colour by"), "method gradient_x_input");
    await drawn();
    expect(model.asked("scores")).toHaveLength(2);
  });

  it("say so where a person stopped the work, or an answer is of other texts", async () => {
    await show("translation");
    choose(labelled("Colour by"), "method saliency");
    await drawn();
    model.refuse(lastId(model, "scores"), "Cancelled", "Cancelled.");
    await drawn();
    expect(words(".xai-pair .xai-empty")).toContain("Choose it again");
    choose(labelled("Colour by"), "method gradient_x_input");
    await drawn();
    const [source, ...rest] = scoresOf({
      by: { what: "method", name: "saliency" },
      rows: "writes",
      align: "argmax",
    }) as [WireArray, WireArray, WireArray, WireArray];
    respond(lastId(model, "scores"), [
      { ...source, shape: [1, 12], data: new DataView(new ArrayBuffer(48)) },
      ...rest,
    ]);
    await drawn();
    expect(words(".xai-pair .xai-empty")).toContain(
      "There are 12 scores; 13 steps x 12 tokens were expected.",
    );
    expect(labelled("Colour by").value).toBe("method gradient_x_input");
  });

  it("are empty where nothing was written", async () => {
    const everything = { presentation: ["text", "alignment", "steps", "beams", "maps"] };
    await show("translation", everything as Partial<TranslationTraits>);
    const { payload } = scene.traits;
    const none = {
      ...payload.tokens.target,
      text: [],
      ids: [],
      pieces: [],
      offsets: [],
      words: [],
      special: [],
      segments: [],
    };
    const empty = (shape: number[], dtype: WireArray["dtype"] = "float32") => ({
      dtype,
      shape,
      data: new ArrayBuffer(0),
    });
    model.fromPython({
      step: 0,
      payload: {
        ...payload,
        meta: {
          ...payload.meta,
          run: 2,
          steps: [],
          beams: null,
          log_prob: 0,
          finished: false,
          words: { ...payload.meta.words, target: [], target_of: [] },
        },
        tokens: { ...payload.tokens, target: { ...none, direction: "ltr" } },
        arrays: {
          "scores/source": empty([0, 12]),
          "scores/target": empty([0, 0]),
          "scores/links": empty([0, 2], "int32"),
          "scores/error_rate": payload.arrays["scores/error_rate"] as WireArray,
        },
      },
    });
    await drawn();
    expect(words(".xai-failure-words")).toBe("");
    expect(chips(0)).toHaveLength(12);
    expect(chips(1)).toHaveLength(0);
    expect(words(".xai-scrubber-words")).toBe("Nothing was written");
    expect(find(".xai-candidates").hidden).toBe(true);
  });

  it("show under each token what the model thinks of a target that a person wrote", async () => {
    await show("given");
    const steps = scene.traits.payload.meta.steps;
    const le = Math.log(Math.exp(steps[0]?.log_prob ?? 0));
    expect(chip("le", 1).dataset.score).toBe(`−${Math.abs(le).toFixed(2)}`);
    expect(Number.parseFloat(chip("grand", 1).style.getPropertyValue("--xai-share"))).toBeCloseTo(
      100 * Math.exp(steps[1]?.log_prob ?? 0),
    );
    expect(chip("the", 0).dataset.score).toBeUndefined();
    expect(words(".xai-banner")).toContain("under each token its log-probability");
    named("Let the model write").click();
    expect(runs().at(-1)).toMatchObject({ text_pair: "", forced: [], beam: null });
  });

  it("run from right to left where they are written so", async () => {
    await show("rtl");
    expect([side(0).dir, side(1).dir]).toEqual(["ltr", "rtl"]);
    chips(1)[0]?.focus();
    press(chips(1)[0] as HTMLElement, "ArrowLeft");
    expect(document.activeElement).toBe(chips(1)[1]);
  });

  it("show hostile tokens as text, everywhere", async () => {
    await show("saved", { presentation: ["text", "alignment", "steps", "beams", "maps"] });
    expect(page.host.querySelector("img, script, b")).toBeNull();
    expect(chips(1).map(({ textContent }) => textContent)).toContain("<b>bold</b>");
    expect(words(".xai-beam bdi")).toBe("<b>bold</b>");
    expect(find("form.xai-source").hidden).toBe(true);
    expect(find("form.xai-target").hidden).toBe(true);
    expect(words(".xai-candidate-text")).toBe("<b>bold</b>");
  });
});

describe("the alignment", () => {
  it("is said in words, and copied as Pharaoh", async () => {
    await show("translation");
    expect(words(".xai-alignment-words")).toBe(
      "11 pairs of 11 source and 11 target words. Alignment error rate: 0.0% (0% is the reference itself).",
    );
    const writeText = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    named("Copy as Pharaoh").click();
    await drawn();
    expect(writeText.mock.calls[0]?.[0]).toBe("0-0 1-1 3-2 2-3 5-4 6-5 5-6 7-7 9-8 8-9 10-10");
  });

  it("is drawn by another method when that is chosen", async () => {
    await show("translation");
    find<HTMLInputElement>("input[value=intersection]").click();
    await drawn();
    expect(model.get("align")).toBe("intersection");
    await answerScores();
    expect(words(".xai-alignment-words")).toMatch(/^10 pairs .+ 4\.8%/);
    expect(find<HTMLInputElement>("input[value=itermax]").closest("label")?.title).toContain(
      "Jalili Sabet et al. 2020",
    );
  });

  it("is pointed at by keyboard, and lights up the texts", async () => {
    await show("translation");
    const grid = find(".xai-alignment-matrix [role=grid]");
    for (const key of ["ArrowDown", "ArrowRight"]) press(grid, key);
    await drawn();
    expect(words(".xai-readout-words")).toMatch(/^petit → small: 0\.\d/);
    expect(chip("petit", 1).classList.contains("xai-chip-hovered")).toBe(true);
    expect(chip("small", 0).classList.contains("xai-chip-hovered")).toBe(true);
    press(grid, "Enter");
    expect(model.get("selection")).toEqual([
      { side: 1, start: 1, stop: 2 },
      { side: 0, start: 1, stop: 2 },
    ]);
  });

  it("is not offered for one text", async () => {
    await show("decoder", { presentation: ["text", "alignment"] });
    expect(named("Alignment").hidden).toBe(true);
    expect(find(".xai-alignments").closest("section")?.hidden).toBe(true);
    expect(words(".xai-pair .xai-text-title")).toBe("Prompt");
  });
});

describe("step by step", () => {
  const slider = () => find<HTMLInputElement>(".xai-scrubber input");
  const steps = { presentation: ["text", "steps"] } satisfies Partial<TranslationTraits>;

  it("says what stands at a step and what could have stood there", async () => {
    await show("translation", steps);
    expect(words(".xai-scrubber-words")).toBe("Step 3 of 13");
    expect(words(".xai-step-words")).toBe("“chat”: log-probability −0.48 (61.8%)");
    const chosen = find(".xai-explained");
    expect(chosen.textContent).toBe("✓chat61.8%");
    expect(all(".xai-candidate")).toHaveLength(5);
    expect(all(".xai-candidate-note").map(({ textContent }) => textContent)).toEqual([
      "the model alone: 19.6%",
    ]);
  });

  it("moves by slider and buttons, and tells Python once", async () => {
    await show("translation", steps);
    named("Step after").click();
    await drawn();
    expect(words(".xai-scrubber-words")).toBe("Step 4 of 13");
    slider().value = "7";
    slider().dispatchEvent(new Event("input"));
    slider().value = "9";
    slider().dispatchEvent(new Event("change"));
    await drawn();
    expect(slider().getAttribute("aria-valuetext")).toBe("Step 10 of 13");
    await wait(COMMIT_DELAY + 20);
    expect(model.saved).toEqual([{ step: 9 }]);
    slider().value = "0";
    slider().dispatchEvent(new Event("change"));
    await drawn();
    expect(named("Step before").getAttribute("aria-disabled")).toBe("true");
  });

  it("plays to the end, and stops by itself, by hand, and with the view", async () => {
    await show("translation", { ...steps, step: 10 });
    vi.useFakeTimers();
    named("Play").click();
    expect(named("Pause")).toBeDefined();
    await vi.advanceTimersByTimeAsync(STEP_TIME + 50);
    expect(model.get("step")).toBe(11);
    await vi.advanceTimersByTimeAsync(3 * STEP_TIME);
    expect(model.get("step")).toBe(12);
    expect(named("Play")).toBeDefined();
    named("Play").click();
    await vi.advanceTimersByTimeAsync(2 * STEP_TIME + 50);
    expect(model.get("step")).toBe(2);
    named("Pause").click();
    await vi.advanceTimersByTimeAsync(3 * STEP_TIME);
    expect(model.get("step")).toBe(2);
    named("Play").click();
    page.life.abort();
    await vi.advanceTimersByTimeAsync(3 * STEP_TIME);
    expect(model.get("step")).toBe(2);
  });

  it("puts another token there: what stood before it stays", async () => {
    await show("translation", steps);
    const { meta } = scene.traits.payload;
    const other = meta.steps[2]?.candidates[1];
    all(".xai-candidate")[1]?.click();
    const before = meta.steps.slice(0, 2).map(({ id }) => id);
    expect(runs()).toEqual([
      {
        what: "run",
        text: scene.traits.text,
        text_pair: "",
        truncate: false,
        forced: [...before, other?.id],
        beam: null,
      },
    ]);
    await answerRun();
    expect(words(".xai-banner")).toContain("The first 3 tokens were put there");
    expect(words(".xai-explained")).toContain(`✎${other?.text.trim()}`);
    expect(words(".xai-step-words")).toContain("put there by hand");
    named("Back to the model's own").click();
    expect(runs().at(-1)).toMatchObject({ forced: [], beam: null });
  });

  it("keeps a token that was typed where it is refused, and says why", async () => {
    await show("translation", steps);
    const box = find<HTMLInputElement>(".xai-field");
    box.value = "gros matou";
    box.dispatchEvent(new Event("input", { bubbles: true }));
    find(".xai-target").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    expect(runs().at(-1)?.forced?.at(-1)).toBe("gros matou");
    await answerRun();
    expect(words(".xai-failure-words")).toContain("is not one token but 2");
    expect(box.value).toBe("gros matou");
    expect(box.getAttribute("aria-invalid")).toBe("true");
    expect(find("textarea").hasAttribute("aria-invalid")).toBe(false);
  });

  it("shows the text written so far where no other text does, for a decoder-only model too", async () => {
    await show("decoder", { presentation: ["steps"], step: 3 });
    const own = all(".xai-stepping .xai-chip");
    expect(own.map(({ dataset }) => dataset.look ?? "")).toEqual([
      "",
      "",
      "",
      "current",
      "unseen",
      "unseen",
      "unseen",
      "unseen",
    ]);
    own[3]?.focus();
    press(own[3] as HTMLElement, "ArrowRight");
    await drawn();
    expect(model.get("step")).toBe(4);
  });

  it("shows a forced token that is none of the candidates, and steps that were not seen", async () => {
    await show("translation", steps);
    const payload = structuredClone({ ...scene.traits.payload, arrays: {} });
    payload.arrays = scene.traits.payload.arrays;
    payload.meta.run = 2;
    Object.assign(payload.meta.steps[2] ?? {}, {
      id: 77,
      text: " matou",
      forced: true,
      log_prob: null,
      raw_log_prob: null,
    });
    payload.meta.log_prob = null;
    model.fromPython({ payload });
    await drawn();
    expect(words(".xai-step-words")).toBe("“matou”, put there by hand");
    expect(words(".xai-explained")).toContain("✎matou");
    expect(words(".xai-about")).not.toContain("log-probability");
  });
});

describe("beams", () => {
  const beams = { presentation: ["text", "beams"] } satisfies Partial<TranslationTraits>;
  const node = (text: string, state: string) =>
    all(`.xai-beam-body [data-state=${state}]`).find((each) => each.textContent === text) as HTMLElement;

  it("are a tree whose nodes say what they are", async () => {
    await show("translation", beams);
    const chosen = all(".xai-beam-body [data-state=chosen]").map(({ textContent }) => textContent);
    expect(chosen.slice(0, 3)).toEqual(["le", "petit", "chat"]);
    expect(
      chosen.every((_, index) =>
        all(".xai-beam-body [data-state=chosen]")[index]?.classList.contains("xai-beam-path"),
      ),
    ).toBe(true);
    expect(node("le", "chosen").getAttribute("aria-label")).toMatch(
      /^“le”, step 1: adds −\d\.\d\d, in sum −\d\.\d\d; in the result\.$/,
    );
    expect(all(".xai-marks .xai-beam").map(({ dataset }) => dataset.state)).toEqual([
      "chosen",
      "kept",
      "finished",
      "dropped",
    ]);
    expect(named("Follow this beam").getAttribute("aria-disabled")).toBe("true");
  });

  it("are looked at, followed, and left", async () => {
    await show("translation", beams);
    const { nodes } = scene.traits.payload.meta.beams as NonNullable<
      TranslationTraits["payload"]["meta"]["beams"]
    >;
    const dropped = nodes.findIndex(({ state, step }) => state === "dropped" && step === 2);
    find(`.xai-beam-body [data-node="${dropped}"]`).click();
    expect(runs().at(-1)).toMatchObject({ forced: [], beam: dropped, text_pair: "" });
    expect(model.get("step")).toBe(2);
    await answerRun();
    expect(words(".xai-banner")).toContain("A beam that is not the result is on show");
    expect(chips(1)).toHaveLength(3);
    expect(find(`.xai-beam-body [data-node="${dropped}"]`).getAttribute("aria-selected")).toBe("true");
    const path = [nodes[dropped]];
    while (path[0]?.parent != null) path.unshift(nodes[path[0].parent]);
    named("Follow this beam").click();
    expect(runs().at(-1)).toMatchObject({ forced: path.map((each) => each?.id), beam: null });
    await answerRun();
    expect(words(".xai-banner")).toContain("The first 3 tokens were put there");
    find(`.xai-beam-body [data-node="${dropped}"]`).click();
    await answerRun();
    named("Back to the result").click();
    expect(runs().at(-1)).toMatchObject({ beam: null });
  });

  it("are gone through by keyboard", async () => {
    await show("translation", beams);
    const first = node("le", "chosen");
    first.focus();
    press(first, "ArrowRight");
    expect(document.activeElement).toBe(node("petit", "chosen"));
    press(document.activeElement as Element, "ArrowDown");
    expect(document.activeElement?.textContent).toBe("petit");
    press(document.activeElement as Element, "ArrowLeft");
    expect(document.activeElement?.getAttribute("aria-level")).toBe("1");
    await drawn();
    expect(words(".xai-beam-text")).toBe(document.activeElement?.textContent);
    press(document.activeElement as Element, "Enter");
    expect(runs().at(-1)?.beam).toBe(Number((document.activeElement as HTMLElement).dataset.node));
  });

  it("of two hundred steps exist only near the window, and stand from right to left with their text", async () => {
    await show("long", beams);
    const { nodes } = scene.traits.payload.meta.beams as NonNullable<
      TranslationTraits["payload"]["meta"]["beams"]
    >;
    expect(nodes.length).toBeGreaterThan(1500);
    expect(all(".xai-beam-body [role=treeitem]").length).toBeLessThan(250);
    page.life.abort();
    page.life = new AbortController();
    await show("rtl", beams);
    const x = (text: string) => Number.parseFloat(node(text, "chosen").parentElement?.style.left ?? "");
    expect(x("القط")).toBeGreaterThan(x("الصغير"));
  });

  it("say how to have some where there are none", async () => {
    await show("decoder", beams);
    expect(words(".xai-scene:not([hidden]) .xai-empty:not([hidden])")).toContain("num_beams of at least 2");
  });
});

describe("maps", () => {
  const maps = { presentation: ["text", "maps"] } satisfies Partial<TranslationTraits>;

  it("are three, of one layer and head, each asked for once", async () => {
    await show("translation", maps);
    expect(model.asked("heads")).toEqual([
      { what: "heads", run: 1, kind: "encoder", layer: 2, heads: [1] },
      { what: "heads", run: 1, kind: "cross", layer: 2, heads: [1] },
      { what: "heads", run: 1, kind: "decoder", layer: 2, heads: [1] },
    ]);
    await answerHeads();
    expect(all(".xai-maps [role=grid]").map((grid) => grid.getAttribute("aria-label"))).toEqual([
      "Encoder: the source looks at itself",
      "Cross: what is written looks at the source",
      "Decoder: what is written looks at itself",
    ]);
    named("Head after").click();
    await drawn();
    expect(model.get("head")).toBe(2);
    expect(
      model
        .asked("heads")
        .slice(3)
        .map(({ heads }) => heads),
    ).toEqual([[2], [2], [2]]);
  });

  it("are linked with the texts, by rows as they write and as they read", async () => {
    await show("translation", maps);
    await answerHeads();
    const cross = all(".xai-maps [role=grid]")[1] as HTMLElement;
    for (const key of ["ArrowDown", "ArrowRight"]) press(cross, key);
    await drawn();
    // The row of "le" is the one from which "petit" was written.
    expect(chip("petit", 1).classList.contains("xai-chip-hovered")).toBe(true);
    expect(chip("small", 0).classList.contains("xai-chip-hovered")).toBe(true);
    expect(all(".xai-map-words")[1]?.textContent).toMatch(/^le → small: ≈ 0\.\d\d$/);
    cross.dispatchEvent(new FocusEvent("blur"));
    model.set("rows", "reads");
    await drawn();
    press(cross, "ArrowRight");
    await drawn();
    expect(chip("le", 1).classList.contains("xai-chip-hovered")).toBe(true);
    expect(chip("black", 0).classList.contains("xai-chip-hovered")).toBe(true);
  });

  it("are one for a decoder-only model, over prompt and continuation", async () => {
    await show("decoder", maps);
    await answerHeads();
    expect(all(".xai-maps [role=grid]")).toHaveLength(1);
    const grid = find(".xai-maps [role=grid]");
    press(grid, "End");
    for (let row = 0; row < 8; row++) press(grid, "ArrowDown");
    await drawn();
    // Behind the eight tokens of the prompt, row 8 is that of the first token that was written: it wrote the second.
    expect(chips(1)[1]?.classList.contains("xai-chip-hovered")).toBe(true);
  });

  it("say which row is outlined, and that weights are not of these texts", async () => {
    await show("translation", maps);
    expect(words(".xai-tools .xai-label:last-child")).toBe("The outlined row wrote “chat”, step 3.");
    const { id } = model.sent.find(({ request }) => request.what === "heads") as { id: string };
    model.answer(id, new Uint8Array(9), [1, 3, 3]);
    await drawn();
    expect(words(".xai-map-words")).toContain("A head has 9 weights");
    point(chip("cat", 0));
    await answerHeads();
    expect(words(".xai-map-words")).toContain("A head has 9 weights");
  });

  it("say why a head could not be had", async () => {
    await show("translation", maps);
    model.refuse(lastId(model, "heads"), "InputError", "There is no head 1.");
    await drawn();
    expect(words(".xai-maps")).toContain("There is no head 1.");
    expect(model.asked("heads")).toHaveLength(3);
  });
});

describe("asking another question", () => {
  it("begins anew with other texts", async () => {
    await show("translation", { forced: [100], beam: 3 });
    const area = find<HTMLTextAreaElement>("textarea[name=text]");
    area.value = "the cat";
    area.dispatchEvent(new Event("input", { bubbles: true }));
    find("form.xai-source").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    expect(runs()).toEqual([
      { what: "run", text: "the cat", text_pair: "", truncate: false, forced: [], beam: null },
    ]);
    model.refuse(lastId(model, "run"), "InputError", "The source is too long.", "truncate");
    await drawn();
    expect(area.getAttribute("aria-invalid")).toBe("true");
    named("Cut to what fits").click();
    expect(runs().at(-1)).toMatchObject({ text: "the cat", truncate: true, forced: [] });
  });

  it("gives the person what was written, to edit by hand", async () => {
    await show("translation");
    named("Edit by hand").click();
    const area = find<HTMLTextAreaElement>("textarea[name=text_pair]");
    expect(area.value).toBe("le petit chat noir ne voit pas la maison rouge .");
    expect(document.activeElement).toBe(area);
    area.value = "le chat";
    area.dispatchEvent(new Event("input", { bubbles: true }));
    press(area, "Enter");
    expect(runs().at(-1)).toMatchObject({ text_pair: "le chat", forced: [], beam: null });
    await answerRun();
    expect(words(".xai-banner")).toContain("Written by hand");
    expect(chips(1).map(({ textContent }) => textContent)).toEqual(["le", "chat", "</s>"]);
  });

  it("says that a generation was stopped: what was written stays", async () => {
    await show("translation");
    const { payload } = scene.traits;
    model.fromPython({ payload: { ...payload, meta: { ...payload.meta, run: 2, finished: false } } });
    await drawn();
    expect(words(".xai-banner")).toContain("Stopped before its end.");
    expect(chips(1)).toHaveLength(13);
  });
});

describe("widgets of a group", () => {
  const hovered = (element: Element) =>
    [...element.querySelectorAll(".xai-pair .xai-chip-hovered")].map(({ textContent }) => textContent);
  const second = async (group: string) => {
    const element = document.createElement("div");
    document.body.append(element);
    const { traits } = (SCENES.translation as () => TranslationScene)();
    const other = new FakeModel<TranslationTraits>({ ...traits, group });
    widget.render({ model: other, el: element, signal: page.life.signal });
    await drawn();
    return element;
  };

  it("point at the same tokens of both texts, and at nothing outside their group", async () => {
    await show("translation", { group: "pair" });
    const [friend, stranger] = [await second("pair"), await second("")];
    point(chip("chat", 1));
    await drawn();
    expect([page.host, friend, stranger].map(hovered)).toEqual([["chat"], ["chat"], []]);
    point(chip("cat", 0));
    await drawn();
    expect(hovered(friend)).toEqual(["cat"]);
    point(side(0), "pointerleave");
    await drawn();
    expect(hovered(friend)).toEqual([]);
  });

  it("say what is written by the names that other widgets have", async () => {
    await show("translation", { group: "pair" });
    const told: unknown[] = [];
    document.addEventListener("xai-hover", (event) => told.push((event as CustomEvent).detail.span), {
      signal: page.life.signal,
    });
    point(chip("chat", 1));
    point(chip("cat", 0));
    await drawn();
    // An AttentionWidget's target has what the decoder starts with before "le petit chat".
    expect(told).toEqual([
      { tokens: "target", count: 14, start: 3, stop: 4 },
      { tokens: "source", count: 12, start: 3, stop: 4 },
    ]);
  });
});

describe("the life of a view", () => {
  const everything = {
    presentation: ["text", "alignment", "steps", "beams", "maps"],
  } satisfies Partial<TranslationTraits>;

  it("leaves nothing behind when its signal aborts", async () => {
    await show("translation", everything);
    expect(model.listening()).toBeGreaterThan(0);
    page.life.abort();
    expect(model.listening()).toBe(0);
    expect(page.host.childElementCount).toBe(0);
  });

  it("stops every listener that it put on the page", async () => {
    const signals: (AbortSignal | undefined)[] = [];
    for (const target of [window, document, document.body, document.documentElement]) {
      vi.spyOn(target, "addEventListener").mockImplementation(
        (_type: unknown, _heard: unknown, options: unknown) => {
          signals.push((options as AddEventListenerOptions | undefined)?.signal);
        },
      );
    }
    await show("translation", everything);
    vi.restoreAllMocks();
    page.life.abort();
    expect(signals.length).toBeGreaterThan(0);
    expect(signals.every((signal) => signal?.aborted)).toBe(true);
  });

  it("shows what was saved where the kernel does not answer, and says so", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    scene = (SCENES.translation as () => TranslationScene)();
    const colours = [{ what: "method", name: "saliency" } as const];
    model = new FakeModel<TranslationTraits>({ ...scene.traits, colours });
    widget.render({ model, el: page.host, signal: page.life.signal });
    expect(chips(0)[0]?.style.backgroundColor).toBe("");
    await vi.advanceTimersByTimeAsync(QUIET_AFTER + 100);
    vi.useRealTimers();
    await drawn();
    expect(words(".xai-notice")).toContain("This is what was saved");
    expect(words(".xai-pair .xai-legend-title")).toBe("Attention: mean of all layers and heads");
  });

  it("refuses what it cannot read, in words", async () => {
    await show("translation");
    const { payload } = scene.traits;
    const { "scores/links": _, ...arrays } = payload.arrays;
    model.fromPython({ payload: { ...payload, arrays } });
    await drawn();
    expect(words(".xai-failure-words")).toContain("scores/links");
    model.fromPython({ payload: { ...payload, v: 99 } });
    await drawn();
    expect(words(".xai-refusal")).toContain("newer xai_widgets (format 99");
  });

  it("has a table for whoever reads, only when opened", async () => {
    await show("translation");
    const details = find<HTMLDetailsElement>("details.xai-details");
    expect(details.querySelectorAll("tbody tr")).toHaveLength(0);
    details.open = true;
    details.dispatchEvent(new Event("toggle"));
    await drawn();
    expect(details.querySelectorAll("tbody tr")).toHaveLength(25);
    expect(details.querySelector("caption")?.textContent).toBe(
      "Attention: mean of all layers and heads: chat looks at",
    );
    expect(
      [...details.querySelectorAll("td")].filter(({ textContent }) => textContent === "cannot be seen"),
    ).toHaveLength(11);
  });

  it("names every control", async () => {
    await show("translation", { ...everything, colours: [{ what: "attention", layer: 1, head: 2 }] });
    await answerHeads();
    for (const control of all("button, input, select, textarea")) {
      if (control.closest("[hidden]") !== null) continue;
      const label = control.id === "" ? null : page.host.querySelector(`label[for="${control.id}"]`);
      const name =
        control.getAttribute("aria-label") ?? label?.textContent ?? control.closest("label")?.textContent;
      expect(name || control.textContent, control.outerHTML).toBeTruthy();
    }
  });
});
