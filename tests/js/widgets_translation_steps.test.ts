import { describe, expect, it, vi } from "vitest";
import type { TranslationTraits } from "../../js/contract.js";
import { COMMIT_DELAY } from "../../js/widgets/commits.js";
import { STEP_TIME } from "../../js/widgets/player.js";
import { answerRun, chips, model, runs, scene, show } from "./translation_view.js";
import { press } from "./views_harness.js";
import { all, drawn, find, freshPages, named, page, wait, words } from "./widgets_page.js";

freshPages();

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
