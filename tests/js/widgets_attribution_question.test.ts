import { describe, expect, it, vi } from "vitest";
import type { AttributionTraits } from "../../js/contract.js";
import { type AttributionScene, SCENES } from "../../js/gallery/attribution_scenes.js";
import widget from "../../js/widgets/attribution.js";
import { QUIET_AFTER } from "../../js/widgets/channel.js";
import { answer, chip, chips, cleanUp, model, runs, scene, show } from "./attribution_view.js";
import { FakeModel, lastId } from "./widgets_model.js";
import {
  all,
  choose,
  drawn,
  find,
  freshPages,
  labelled,
  listenersPut,
  named,
  nameOf,
  page,
  words,
} from "./widgets_page.js";

freshPages();

describe("asking another question", () => {
  it("asks once for a clicked answer, shows it as chosen at once, and follows", async () => {
    await show("sentiment");
    all(".xai-candidate")[1]?.click();
    await drawn();
    const { text } = scene.traits;
    expect(runs()).toEqual([{ what: "run", text, text_pair: "", truncate: false, target: 0 }]);
    expect(all(".xai-candidate").map((each) => each.getAttribute("aria-pressed"))).toEqual([
      "false",
      "true",
      "false",
    ]);
    expect(model.saved).toEqual([]);
    await answer();
    expect(words(".xai-headline-what")).toContain("class 'negative'");
    expect(model.saved).toEqual([]);
  });

  it("contrasts two answers", async () => {
    await show("sentiment");
    named("vs “negative”").click();
    expect(runs()).toMatchObject([{ target: [1, 0] }]);
    await answer();
    expect(all(".xai-candidate-sign").map(({ textContent }) => textContent)).toEqual(["+", "−", ""]);
    expect(words(".xai-headline-what")).toContain("minus class 'negative'");
  });

  it("keeps changes that are under way when another follows", async () => {
    await show("sentiment");
    choose(labelled("Method"), "integrated_gradients");
    find<HTMLInputElement>("input[value=probability]").click();
    await drawn();
    expect(runs()).toHaveLength(2);
    expect(runs()[1]).toMatchObject({ method: "integrated_gradients", value: "probability" });
    expect([...labelled("Baseline").options].map(({ value }) => value)).toEqual([
      "",
      "pad",
      "mask",
      "zero",
      "mean",
    ]);
    expect(labelled("Baseline").value).toBe("");
    await answer();
    choose(labelled("Baseline"), "zero");
    expect(runs()[2]).toEqual({
      what: "run",
      text: scene.traits.text,
      text_pair: "",
      truncate: false,
      baseline: "zero",
    });
  });

  it("keeps a typed target on an error, and says what is wrong with it", async () => {
    await show("sentiment");
    const box = find<HTMLInputElement>(".xai-field");
    box.value = "happy";
    box.dispatchEvent(new Event("input", { bubbles: true }));
    find(".xai-target").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    expect(runs()).toMatchObject([{ target: "happy" }]);
    await drawn();
    model.refuse(
      lastId(model, "run"),
      "InputError",
      "There is no class 'happy'. There are: 'positive', 'negative'.",
    );
    await drawn();
    expect(box.value).toBe("happy");
    expect(box.getAttribute("aria-invalid")).toBe("true");
    expect(page.host.querySelector(`#${box.getAttribute("aria-describedby")}`)?.textContent).toContain(
      "no class 'happy'",
    );
    expect(find("textarea").hasAttribute("aria-invalid")).toBe(false);
    expect(words(".xai-headline-what")).toContain("class 'positive'");
    expect(all(".xai-candidate")[0]?.getAttribute("aria-pressed")).toBe("true");
  });

  it("keeps the question when a text is cut to what fits", async () => {
    await show("sentiment");
    const area = find<HTMLTextAreaElement>("textarea");
    area.value = "far too long";
    area.dispatchEvent(new Event("input", { bubbles: true }));
    find("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    model.refuse(lastId(model, "run"), "InputError", "The text is too long.", "truncate");
    await drawn();
    named("Cut to what fits").click();
    expect(runs().at(-1)).toEqual({ what: "run", text: "far too long", text_pair: "", truncate: true });
  });

  it("groups methods, and disables those that cannot be used with their reason", async () => {
    await show("sentiment");
    const select = labelled("Method");
    const groups = [...select.querySelectorAll("optgroup")].map(({ label }) => label);
    expect(groups).toEqual(["Attribution", "Attention, not attribution"]);
    const shap = [...select.options].find(({ value }) => value === "shap");
    expect([shap?.disabled, shap?.textContent]).toEqual([
      true,
      'SHAP (needs pip install "xai-widgets[attribution]")',
    ]);
    expect(words(".xai-method-words")).toContain("Shrikumar et al. 2016");
  });

  it("keeps what was shown before, for comparison", async () => {
    await show("sentiment");
    const before = find<HTMLDetailsElement>(".xai-before");
    expect(before.hidden).toBe(true);
    all(".xai-candidate")[1]?.click();
    const { payload } = scene.traits;
    const own = payload.tokens.text as (typeof payload.tokens)[string];
    const array = payload.arrays["scores/0/0"] as (typeof payload.arrays)[string];
    const traits = { ...scene.traits, target: 0 };
    const next = scene.answer(traits, 2);
    next.meta.previous = {
      text: "an old text",
      text_pair: "",
      target: "class 'positive'",
      value: [3.2],
      value_kind: "logit",
    };
    next.tokens["previous/0"] = own;
    next.arrays["previous/0"] = array;
    model.fromPython({ target: 0, payload: next });
    await drawn();
    expect(words(".xai-before-words")).toBe("Before: “an old text”, logit of class 'positive' = 3.20");
    before.open = true;
    before.dispatchEvent(new Event("toggle"));
    expect(before.querySelectorAll(".xai-chip")).toHaveLength(18);
  });
});

describe("widgets of a group", () => {
  const hovered = (element: Element) =>
    [...element.querySelectorAll(".xai-sides .xai-chip-hovered")].map(({ textContent }) => textContent);
  const second = async (group: string) => {
    const element = document.createElement("div");
    document.body.append(element);
    const { traits } = (SCENES.sentiment as () => AttributionScene)();
    const other = new FakeModel<AttributionTraits>({ ...traits, group });
    widget.render({ model: other, el: element, signal: page.life.signal });
    await drawn();
    return element;
  };

  it("point at the same tokens, and at nothing outside their group", async () => {
    await show("sentiment", { group: "pair" });
    const [friend, stranger] = [await second("pair"), await second("")];
    chip("film").dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
    await drawn();
    expect([page.host, friend, stranger].map(hovered)).toEqual([["film"], ["film"], []]);
    find(".xai-sides .xai-text").dispatchEvent(new PointerEvent("pointerleave"));
    await drawn();
    expect(hovered(friend)).toEqual([]);
  });
});

describe("the life of a view", () => {
  it("leaves nothing behind when its signal aborts", async () => {
    await show("translation");
    expect(model.listening()).toBeGreaterThan(0);
    page.life.abort();
    expect(model.listening()).toBe(0);
    expect(page.host.childElementCount).toBe(0);
    cleanUp();
  });

  it("stops every listener that it put on the page", async () => {
    const signals = await listenersPut(() => show("translation"));
    page.life.abort();
    expect(signals.length).toBeGreaterThan(0);
    expect(signals.every((signal) => signal?.aborted)).toBe(true);
  });

  it("shows what was saved without a kernel, and says so when it is asked for more", async () => {
    await show("sentiment", { attention_head: null });
    model.onSend = () => {
      throw new Error("comm is closed");
    };
    all(".xai-candidate")[1]?.click();
    await drawn();
    expect(words(".xai-failure-words")).toContain("run the cell again");
    expect(chips()).toHaveLength(18);
    expect(all(".xai-candidate")[0]?.getAttribute("aria-pressed")).toBe("true");
  });

  it("says that the kernel is quiet, and cancels", async () => {
    await show("sentiment");
    vi.useFakeTimers();
    all(".xai-candidate")[1]?.click();
    await vi.advanceTimersByTimeAsync(QUIET_AFTER + 300);
    expect(words(".xai-progress-label")).toContain("Waiting for the kernel");
    const id = lastId(model, "run");
    named("Cancel").click();
    await vi.advanceTimersByTimeAsync(100);
    expect(model.asked("cancel")).toEqual([{ what: "cancel", target: id }]);
    expect(words(".xai-failure-words")).toBe("");
  });

  it("refuses what it cannot read, in words", async () => {
    const { traits } = (SCENES.sentiment as () => AttributionScene)();
    delete traits.payload.arrays["scores/0/0"];
    await show("sentiment", { payload: traits.payload });
    expect(words(".xai-failure-words")).toContain("scores/0/0");
    model.fromPython({ payload: { ...traits.payload, v: 99 } });
    await drawn();
    expect(words(".xai-refusal")).toContain("newer xai_widgets (format 99");
  });

  it("names every control", async () => {
    await show("contrast", { attention_head: [0, 0] });
    for (const control of all("button, input, select, textarea")) {
      expect(nameOf(control), control.outerHTML).toBeTruthy();
    }
  });
});
