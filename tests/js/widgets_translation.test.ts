import { describe, expect, it, vi } from "vitest";
import type { TranslationTraits } from "../../js/contract.js";
import { SCENES, type TranslationScene } from "../../js/gallery/translation_scenes.js";
import { QUIET_AFTER } from "../../js/widgets/channel.js";
import widget from "../../js/widgets/translation.js";
import {
  answerHeads,
  answerRun,
  chip,
  chips,
  model,
  mount,
  point,
  runs,
  scene,
  show,
  side,
} from "./translation_view.js";
import { press } from "./views_harness.js";
import { FakeModel, lastId } from "./widgets_model.js";
import { all, drawn, find, freshPages, listenersPut, named, nameOf, page, words } from "./widgets_page.js";

freshPages();

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
    const signals = await listenersPut(() => show("translation", everything));
    page.life.abort();
    expect(signals.length).toBeGreaterThan(0);
    expect(signals.every((signal) => signal?.aborted)).toBe(true);
  });

  it("shows what was saved where the kernel does not answer, and says so", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    mount("translation", { colours: [{ what: "method", name: "saliency" }] });
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
      expect(nameOf(control), control.outerHTML).toBeTruthy();
    }
  });
});
