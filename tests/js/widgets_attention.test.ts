import { describe, expect, it, vi } from "vitest";
import { SCENES, type Scene } from "../../js/gallery/widget_scenes.js";
import { QUIET_AFTER } from "../../js/widgets/channel.js";
import { COMMIT_DELAY } from "../../js/widgets/commits.js";
import { answerHeads, model, mount, show } from "./attention_view.js";
import { lastId, settle } from "./widgets_model.js";
import { all, drawn, find, freshPages, named, nameOf, page, wait, words } from "./widgets_page.js";

freshPages();

describe("what is shown", () => {
  it("asks for the heads that are on in one request, and draws the tokens", async () => {
    await show("sentiment");
    expect(model.asked("heads")).toEqual([
      { what: "heads", run: 1, kind: "self", layer: 0, heads: [0, 3], part: null },
    ]);
    expect(all(".xai-token").map((token) => token.textContent)).toContain("film");
    expect(find(".xai-about").textContent).toBe("sentiment (demo, BERT) · 4 layers × 4 heads · 18 tokens");
    expect(find("footer").textContent).toContain("Exact weights from query and key");
  });

  it("asks for nothing that the payload brought", async () => {
    const { traits } = (SCENES.sentiment as () => Scene)();
    const count = 18;
    traits.payload.meta.initial.heads = [0, 3];
    const data = new Uint8Array(2 * count * count).fill(50);
    traits.payload.arrays.heads = { dtype: "uint8", shape: [2, count, count], data };
    mount({ ...traits, presentation: ["lines"] });
    await drawn();
    expect(model.sent).toEqual([]);
  });

  it("shows hostile tokens as text", async () => {
    await show("tensors", { presentation: ["lines"] });
    expect(page.host.querySelector("img, script")).toBeNull();
    const words = all(".xai-token").map((token) => token.textContent);
    for (const hostile of ["<img", "onerror=alert(1)>", "</script><script>", "<!--<script>", "\u0024{x}"]) {
      expect(words).toContain(hostile);
    }
  });

  it("has no text box for a map without a model", async () => {
    await show("tensors", { presentation: ["lines"] });
    expect(find("form").hidden).toBe(true);
  });

  it("refuses a newer format in words", async () => {
    const { traits } = (SCENES.sentiment as () => Scene)();
    await show("sentiment", { payload: { ...traits.payload, v: 99 } });
    expect(find(".xai-refusal").textContent).toContain("newer xai_widgets (format 99");
    expect(find(".xai-map").hidden).toBe(true);
  });

  it("says in words what it cannot read, and what it was sent last still stands", async () => {
    const { traits } = (SCENES.sentiment as () => Scene)();
    traits.payload.arrays.heads = { dtype: "uint8", shape: [2, 3, 3], data: new Uint8Array(5) };
    await show("sentiment", traits);
    expect(find("[role=alert].xai-failure").textContent).toContain("5 bytes");
  });

  it("shows kinds of attention only where there are several, and pairs only where there are two texts", async () => {
    await show("translation");
    const [kinds, segments] = all<HTMLFieldSetElement>("fieldset.xai-segmented");
    expect(kinds?.hidden).toBe(false);
    expect(kinds?.querySelectorAll("input")).toHaveLength(3);
    expect(segments?.hidden).toBe(true);
    page.life.abort();
    page.life = new AbortController();
    await show("pair");
    expect(all<HTMLFieldSetElement>("fieldset.xai-segmented").map(({ hidden }) => hidden)).toEqual([
      true,
      false,
    ]);
  });

  it("offers the layers that have attention, under their own numbers", async () => {
    await show("decoder", { layer: 4 });
    expect(all<HTMLOptionElement>(".xai-layer option").map((option) => option.value)).toEqual([
      "0",
      "2",
      "4",
      "6",
    ]);
    named("Layer after").click();
    expect(model.get("layer")).toBe(6);
  });
});

describe("from layer to layer", () => {
  const title = () => find(".xai-view-matrix .xai-legend-title").textContent;

  it("asks in the turn of the gesture, and leaves on show what was there until the weights come", async () => {
    await show("sentiment", { presentation: ["matrix"] });
    expect(title()).toBe("Weight, mean over 2 heads");
    named("Layer after").click();
    await settle();
    expect(model.asked("heads").at(-1)).toMatchObject({ layer: 1, heads: [0, 3] });
    await drawn();
    expect(find<HTMLSelectElement>(".xai-layer select").value).toBe("1");
    expect(title()).toBe("Weight, mean over 2 heads");
    await vi.waitFor(() => expect(title()).toBe("Weight"));
    answerHeads();
    await vi.waitFor(() => expect(title()).toBe("Weight, mean over 2 heads"));
  });

  it("asks ahead for the next layer, and goes there without a request", async () => {
    await show("sentiment");
    named("Layer after").click();
    await settle();
    answerHeads();
    await vi.waitFor(() =>
      expect(model.asked("heads").at(-1)).toMatchObject({ layer: 2, heads: [0, 3], ahead: true }),
    );
    answerHeads();
    await drawn();
    const asked = model.asked("heads").length;
    named("Layer after").click();
    await drawn();
    expect(find<HTMLSelectElement>(".xai-layer select").value).toBe("2");
    expect(
      model
        .asked("heads")
        .slice(asked)
        .filter(({ ahead }) => ahead !== true),
    ).toEqual([]);
    expect(find(".xai-about").hidden).toBe(false);
  });

  it("has the second layer of a short text before anybody goes there, and says nothing of it", async () => {
    await show("sentiment");
    const ahead = { layer: 1, heads: [0, 3], ahead: true };
    await vi.waitFor(() => expect(model.asked("heads").at(-1)).toMatchObject(ahead));
    vi.useFakeTimers();
    await vi.advanceTimersByTimeAsync(QUIET_AFTER + 1000);
    expect(find(".xai-notice").textContent).toBe("");
    named("Layer after").click();
    await vi.advanceTimersByTimeAsync(QUIET_AFTER + 1000);
    expect(model.asked("heads").at(-1)).toMatchObject(ahead);
    expect(find(".xai-notice").textContent).toContain("The kernel has not answered");
    answerHeads();
    await vi.advanceTimersByTimeAsync(100);
    expect(find(".xai-notice").textContent).toBe("");
  });

  it("shows its controls at once, reads weights in the next frame, then makes and draws its views in frames of their own", async () => {
    const { traits } = (SCENES.sentiment as () => Scene)();
    mount({ ...traits, presentation: ["lines", "matrix", "grid"] });
    const views = [];
    expect(find(".xai-layer").isConnected).toBe(true);
    for (let frame = 0; frame < 7; frame++) {
      views.push(all(".xai-lines, .xai-matrix, .xai-grid").length);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    expect(views).toEqual([0, 0, 1, 1, 2, 2, 3]);
  });
});

describe("traits both ways", () => {
  it("moves with what Python sets", async () => {
    await show("sentiment");
    model.fromPython({ layer: 2, heads: [1], hide_special: true, threshold: 0.25 });
    await drawn();
    expect(find<HTMLSelectElement>(".xai-layer select").value).toBe("2");
    expect(all(".xai-head").map((box) => box.getAttribute("aria-pressed"))).toEqual([
      "false",
      "true",
      "false",
      "false",
    ]);
    expect(model.asked("heads").at(-1)).toMatchObject({ layer: 2, heads: [1] });
    expect(find<HTMLInputElement>(".xai-check input").checked).toBe(true);
    expect(find("output").textContent).toBe("0.25");
    // Weights that do not come are not waited for with the picture that was there before.
    await vi.waitFor(() => {
      expect(all(".xai-token").map((token) => token.textContent)).not.toContain("[CLS]");
    });
    expect(model.saved).toEqual([]);
  });

  it("shows the nearest thing while traits name what is not there, and writes nothing", async () => {
    await show("sentiment", { layer: 40, heads: [2, 9], kind: "cross" });
    expect(find<HTMLSelectElement>(".xai-layer select").value).toBe("3");
    expect(model.asked("heads")[0]).toMatchObject({ kind: "self", layer: 3, heads: [2] });
    expect(model.saved).toEqual([]);
  });

  it("writes a gesture once", async () => {
    await show("sentiment");
    const box = all(".xai-head")[2] as HTMLElement;
    box.dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 1 }));
    box.dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 2 }));
    box.dispatchEvent(new MouseEvent("dblclick", { bubbles: true, detail: 2 }));
    expect(model.get("heads")).toEqual([2]);
    expect(model.saved).toEqual([]);
    await wait(COMMIT_DELAY + 20);
    expect(model.saved).toEqual([{ heads: [2] }]);
  });

  it("tells Python of a slider when it is let go", async () => {
    await show("sentiment");
    const slider = find<HTMLInputElement>("input[type=range]");
    slider.value = "50";
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    expect(model.get("threshold")).toBe(0.25);
    await wait(COMMIT_DELAY + 20);
    expect(model.saved).toEqual([]);
    slider.dispatchEvent(new Event("change", { bubbles: true }));
    await wait(COMMIT_DELAY + 20);
    expect(model.saved).toEqual([{ threshold: 0.25 }]);
  });

  it("takes layer and heads along to a kind of attention that has others", async () => {
    await show("translation", { layer: 2, heads: [1, 7] });
    find<HTMLInputElement>("input[value=decoder]").click();
    expect([model.get("kind"), model.get("layer"), model.get("heads")]).toEqual(["decoder", 2, [1, 7]]);
  });

  it("pins a token by keyboard, as token positions", async () => {
    await show("sentiment", { hide_special: true });
    const token = all(".xai-token").find(({ textContent }) => textContent === "film") as HTMLElement;
    token.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    expect(model.get("selection")).toEqual([{ side: "query", start: 2, stop: 3 }]);
    await drawn();
    token.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    expect(model.get("selection")).toEqual([]);
  });

  it("never hides the last presentation", async () => {
    await show("sentiment");
    named("Lines").click();
    expect(model.get("presentation")).toEqual(["lines"]);
    named("Matrix").click();
    expect(model.get("presentation")).toEqual(["lines", "matrix"]);
  });
});

describe("pointing", () => {
  const press = (selector: string, key: string) =>
    find(selector).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

  it("says a pair as drawn, then exactly, from Python", async () => {
    await show("sentiment", { presentation: ["matrix"] });
    press(".xai-matrix-grid", "ArrowRight");
    await drawn();
    const words = find(".xai-readout-words");
    expect(words.textContent).toMatch(/^\[CLS\] → the: ≈ 0\.\d\d, layer 0, mean of heads 0, 3$/);
    await wait(60);
    expect(model.asked("cell")).toEqual([
      { what: "cell", run: 1, kind: "self", layer: 0, heads: [0, 3], query: [0, 1], key: [1, 2] },
    ]);
    model.answer(lastId(model, "cell"), Float32Array.of(0.125, 0.25), [2]);
    await drawn();
    expect(words.textContent).toBe("[CLS] → the: 0.1875, layer 0, mean of heads 0, 3");
  });

  it("makes a pair of a pinned token and one of the other side", async () => {
    await show("sentiment", { selection: [{ side: "query", start: 2, stop: 3 }] });
    const key = all("[aria-label^=Keys] .xai-token").find(({ textContent }) => textContent === "good");
    key?.dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
    await drawn();
    expect(find(".xai-readout-subject").textContent).toBe("film → good: ");
  });

  it("shares the hover between presentations without telling Python", async () => {
    await show("sentiment", { presentation: ["lines", "matrix"] });
    press(".xai-matrix-grid", "ArrowDown");
    await drawn();
    expect(all(".xai-token-hovered").map((token) => token.textContent)).toEqual(["the", "[CLS]"]);
    await wait(COMMIT_DELAY + 20);
    expect(model.saved).toEqual([]);
  });

  it("looks at what is picked in the grid, in lines where nothing else is shown", async () => {
    await show("sentiment", { presentation: ["grid"] });
    press(".xai-grid-scroller", "ArrowDown");
    press(".xai-grid-scroller", "Enter");
    expect([model.get("layer"), model.get("heads"), model.get("presentation")]).toEqual([
      1,
      [0],
      ["lines", "grid"],
    ]);
  });
});

describe("for whoever reads", () => {
  it("has a table of what a token looks at, with exact weights, only when asked for", async () => {
    await show("sentiment");
    expect(model.asked("cell")).toEqual([]);
    const details = find<HTMLDetailsElement>("details");
    details.open = true;
    details.dispatchEvent(new Event("toggle"));
    await drawn();
    expect(find("caption").textContent).toBe("What “[CLS]” looks at most: layer 0, mean of heads 0, 3");
    expect(all("tbody th").every((cell) => cell.getAttribute("scope") === "row")).toBe(true);
    expect(all("tbody td")[0]?.textContent).toMatch(/^≈ 0\.\d\d$/);
    const asked = model.sent.find(({ request }) => request.what === "cell");
    model.answer(asked?.id ?? "", Float32Array.of(0.25, 0.75), [2]);
    await drawn();
    expect(all("tbody td").map((cell) => cell.textContent)).toContain("0.5000");
    const select = find<HTMLSelectElement>(".xai-table-query select");
    select.value = "2";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    await drawn();
    expect(find("caption").textContent).toContain("“film”");
    expect(model.get("selection")).toEqual([{ side: "query", start: 2, stop: 3 }]);
  });

  it("names every control, and says what is pointed at aloud", async () => {
    await show("pair");
    for (const control of all("button, input, select, textarea")) {
      expect(nameOf(control), control.outerHTML).toBeTruthy();
    }
    expect(find(".xai-readout-words").getAttribute("aria-live")).toBe("polite");
    find(".xai-token").dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
    await drawn();
    expect(find(".xai-readout-words").textContent).toMatch(
      /^\[CLS\] looks at: .+, layer 0, mean of all 12 heads$/,
    );
  });
});

describe("the legend in words", () => {
  it("says what can be done with what is shown", async () => {
    await show("sentiment", { presentation: ["grid"] });
    expect(words(".xai-readout-hint")).toMatch(/^Point at a head/);
    model.set("presentation", ["matrix", "grid"]);
    await drawn();
    expect(words(".xai-readout-hint")).toMatch(/^Point at a token/);
  });

  it("says what was merged, hidden and left out", async () => {
    await show("sentiment", {
      presentation: ["matrix"],
      merge_words: true,
      hide_special: true,
      threshold: 0.5,
      heads: [0, 1, 3],
    });
    const notes = all("footer li").map((note) => note.textContent);
    expect(notes).toEqual([
      "Matrix: mean of heads 0, 1, 3.",
      "Words: queries averaged, keys summed over sub-words.",
      expect.stringMatching(/^Weight on hidden tokens: \d+%\.$/),
      "Weights below 0.5 are not drawn.",
      "Exact weights from query and key of each layer, computed when they are asked for.",
    ]);
  });

  it("says which pairs of the two texts are shown", async () => {
    await show("pair");
    find<HTMLInputElement>("input[value=AB]").click();
    await drawn();
    expect(find("footer").textContent).toContain("Only what the first text sees of the second.");
    expect(new Set(all("[aria-label^=Queries] .xai-token").map((token) => token.textContent))).toEqual(
      new Set(["the", "cat", "sat", "on", "mat"]),
    );
  });
});
