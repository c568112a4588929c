import { describe, expect, it, vi } from "vitest";
import type { TranslationTraits, WireArray } from "../../js/contract.js";
import { COMMIT_DELAY } from "../../js/widgets/commits.js";
import {
  answerScores,
  chip,
  chips,
  crossRows,
  model,
  point,
  respond,
  runs,
  scene,
  score,
  scoresOf,
  show,
  side,
} from "./translation_view.js";
import { press } from "./views_harness.js";
import { lastId } from "./widgets_model.js";
import { all, choose, drawn, find, freshPages, labelled, named, page, wait, words } from "./widgets_page.js";

freshPages();

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
