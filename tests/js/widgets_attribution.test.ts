import { describe, expect, it, vi } from "vitest";
import { COMMIT_DELAY } from "../../js/widgets/commits.js";
import { answer, chip, chips, model, runs, show } from "./attribution_view.js";
import { press } from "./views_harness.js";
import { lastId } from "./widgets_model.js";
import { all, choose, drawn, find, freshPages, labelled, named, page, wait, words } from "./widgets_page.js";

freshPages();

describe("the text itself", () => {
  it("is coloured by its scores, with what is explained in words", async () => {
    await show("sentiment");
    expect(
      chips()
        .map(({ textContent }) => textContent)
        .join(" "),
    ).toContain("film was not good");
    expect(chip("good").style.backgroundColor).not.toBe("");
    expect(words(".xai-headline")).toBe("Logit of class 'positive' = 3.21by Gradient × input");
    expect(find(".xai-badge").hidden).toBe(true);
    expect(words("footer")).toContain("positive raises it, negative lowers it");
    expect(chip("not").getAttribute("aria-label")).toMatch(/^not, −/);
    expect(model.sent).toEqual([]);
  });

  it("shows hostile tokens and names as text", async () => {
    await show("saved", { show_scores: true });
    expect(page.host.querySelector("img, script, b")).toBeNull();
    expect(chips().map(({ textContent }) => textContent)).toContain("</script><script>");
    expect(words(".xai-candidate-text")).toBe("<b>bold</b>");
    expect(find("form.xai-source").hidden).toBe(true);
    expect(find("form.xai-target").hidden).toBe(true);
    expect(find(".xai-candidate").getAttribute("aria-disabled")).toBe("true");
  });

  it("keeps spaces and line breaks", async () => {
    await show("words");
    expect(find(".xai-sides .xai-text").textContent).toContain("The capital of France");
    expect(all(".xai-sides .xai-text br")).toHaveLength(2);
  });

  it("reads two texts, each with its name and direction", async () => {
    await show("similarity");
    expect(all(".xai-sides .xai-text").map((text) => text.getAttribute("aria-label"))).toEqual([
      "First text",
      "Second text",
    ]);
    page.life.abort();
    page.life = new AbortController();
    await show("rtl");
    expect(find(".xai-sides .xai-text").dir).toBe("rtl");
    chips()[1]?.focus();
    press(chips()[1] as HTMLElement, "ArrowLeft");
    expect(document.activeElement).toBe(chips()[2]);
  });

  it("merges words by summing, hides special tokens and says what they have", async () => {
    await show("sentiment");
    const score = (text: string) =>
      Number(chip(text).getAttribute("aria-label")?.split(", ")[1]?.replace("−", "-"));
    const parts = score("act") + score("ing");
    labelled("Merge into words").click();
    await drawn();
    expect(score("acting")).toBeCloseTo(parts, 2);
    labelled("Hide special tokens").click();
    await drawn();
    expect(chips().map(({ textContent }) => textContent)).not.toContain("[CLS]");
    expect(words("footer")).toMatch(/Hidden special tokens have [+−][\d.]+ of the scores\./);
    expect(words(".xai-sum")).toContain("Hidden special tokens");
    await wait(COMMIT_DELAY + 20);
    expect(model.saved).toEqual([{ merge_words: true, hide_special: true }]);
  });

  it("writes every score under its token when asked to, out of what is read and copied", async () => {
    await show("sentiment");
    labelled("Show scores").click();
    await drawn();
    expect(chip("good").dataset.score).toMatch(/^\+\d/);
    expect(chip("good").textContent).toBe("good");
  });

  it("says what a method without a sign is, and what attention is not", async () => {
    await show("rollout");
    expect(words(".xai-badge")).toBe("attention, not attribution");
    expect(words("footer")).toContain("Scores have no sign");
    expect(words(".xai-legend")).toContain("matters most");
    expect(words(".xai-sum")).not.toContain("lower");
  });
});

describe("numbers on demand", () => {
  it("says score, value and rank of what is pointed at, and the sum of what is picked", async () => {
    await show("sentiment");
    chip("good").dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
    await drawn();
    expect(words(".xai-readout-words")).toMatch(
      /^good: \+[\d.]+ of 3\.21, logit of class 'positive', rank \d+ of 18 by size$/,
    );
    chip("good").dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
    chip("not").click();
    press(chip("good"), "Enter");
    await drawn();
    expect(model.get("selection")).toEqual([
      { side: 0, start: 4, stop: 5 },
      { side: 0, start: 5, stop: 6 },
    ]);
    expect(words(".xai-readout-words")).toMatch(/^2 picked tokens: [+−][\d.]+ of 3\.21/);
    chip("not").click();
    expect(model.get("selection")).toEqual([{ side: 0, start: 5, stop: 6 }]);
  });

  it("adds up to the value in the bar, and says what is left", async () => {
    await show("sentiment");
    const numbers = all(".xai-sum-number").map(({ textContent }) => Number(textContent?.replace("−", "-")));
    const [baseline = 0, raises = 0, lowers = 0, residual = 0, value = 0] = numbers;
    expect(baseline + raises + lowers + residual).toBeCloseTo(value, 1);
    expect(words(".xai-sum-words")).toMatch(
      /^The scores leave .+ of 3\.21 unexplained; Gradient × input does not/,
    );
    page.life.abort();
    page.life = new AbortController();
    await show("contrast");
    expect(words(".xai-sum-words")).toMatch(/^The scores add up to the value, but for 0\.1% of it/);
  });

  it("has a table for whoever reads, only when opened", async () => {
    await show("sentiment");
    const details = find<HTMLDetailsElement>("details.xai-details");
    expect(details.querySelectorAll("tbody tr")).toHaveLength(0);
    details.open = true;
    details.dispatchEvent(new Event("toggle"));
    await drawn();
    expect(details.querySelectorAll("tbody tr")).toHaveLength(18);
    expect(details.querySelector("caption")?.textContent).toBe("Logit of class 'positive'");
  });

  it("copies as text; where the clipboard is not allowed, the text is there to copy", async () => {
    await show("sentiment");
    const writeText = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    named("Copy as text").click();
    await drawn();
    const text = writeText.mock.calls[0]?.[0] ?? "";
    expect(text).toMatch(/^Gradient × input: logit of class 'positive'\n {3}[+-]0\.\d{4} {2}\[CLS\]\n/);
    expect(text).toContain("residual");
    expect(words(".xai-copy-said")).toBe("Copied.");
    writeText.mockRejectedValue(new Error("not allowed"));
    named("Copy as text").click();
    await drawn();
    const area = find<HTMLTextAreaElement>(".xai-copy-text");
    expect([area.hidden, area.value]).toEqual([false, text]);
  });
});

describe("beside the scores", () => {
  it("adds and takes away methods, with their agreement", async () => {
    await show("sentiment");
    expect(all(".xai-compare-name")).toHaveLength(1);
    choose(labelled("Compare with"), "saliency");
    expect(runs()).toMatchObject([{ compare: ["saliency"] }]);
    await answer();
    expect(all(".xai-compare-name")).toHaveLength(2);
    expect(all(".xai-compare-note")[1]?.textContent).toMatch(/^agreement −?\d\.\d\d, by size$/);
    expect(words(".xai-beside-words")).toContain(
      "Spearman's rank correlation with Gradient × input over the 18 rows",
    );
    expect(words(".xai-beside-words")).toContain("By size: one of the two has no sign");
    named("Take Saliency away").click();
    expect(runs().at(-1)).toMatchObject({ compare: [] });
  });

  it("asks for a head's attention once, and labels it as what it is", async () => {
    await show("sentiment");
    choose(labelled("Attention of layer"), "3");
    await drawn();
    expect(model.get("attention_head")).toEqual([3, 0]);
    choose(labelled("head"), "2");
    await drawn();
    await drawn();
    expect(model.asked("attention_row")).toEqual([
      { what: "attention_row", run: 1, layer: 3, head: 0, step: null },
      { what: "attention_row", run: 1, layer: 3, head: 2, step: null },
    ]);
    const weights = Float32Array.from({ length: 18 }, (_, i) => i / 153);
    model.answer(lastId(model, "attention_row"), weights, [18]);
    await drawn();
    const row = all(".xai-compare-name").at(-1);
    expect(row?.textContent).toContain("Attention of layer 3, head 2");
    expect(row?.textContent).toContain("attention, not attribution");
    choose(labelled("Attention of layer"), "");
    expect(model.get("attention_head")).toBeNull();
  });

  it("says why a head's attention cannot be had", async () => {
    await show("sentiment", { attention_head: [1, 1] });
    model.refuse(
      lastId(model, "attention_row"),
      "InputError",
      "There is no attention to stand beside these scores.",
    );
    await drawn();
    expect(words(".xai-beside-words")).toBe("There is no attention to stand beside these scores.");
  });
});

describe("several steps", () => {
  it("shows the step that is chosen, names it, and what could have stood there", async () => {
    await show("translation");
    expect(words(".xai-headline-what")).toContain("Logit of “chat”, step 3 of 12");
    expect(words(".xai-candidate-text")).toBe("chat");
    expect(find(".xai-explained .xai-candidate-text").textContent).toBe("chat");
    expect(find(".xai-candidate").hasAttribute("aria-disabled")).toBe(false);
    expect(named("‹ All steps").hidden).toBe(true);
    expect(find(".xai-steps-map").hidden).toBe(false);
  });

  it("explains another answer at a step when it is clicked, and goes back to all of them", async () => {
    await show("translation");
    const other = all(".xai-candidate")[1] as HTMLElement;
    other.click();
    const id = Number(other.dataset.id);
    expect(runs().at(-1)).toMatchObject({ target: id, at: 2 });
    await answer();
    expect(words(".xai-headline-what")).toMatch(/^Logit of token '.+', step 3 = /);
    expect(find(".xai-explained button").dataset.id).toBe(String(id));
    expect(words(".xai-answers-head h3")).toBe("What could have stood there");
    expect(find(".xai-steps-map").hidden).toBe(true);
    named("‹ All steps").click();
    expect(runs().at(-1)).toMatchObject({ target: null, at: null });
    await answer();
    expect(find(".xai-steps-map").hidden).toBe(false);
    expect(named("‹ All steps").hidden).toBe(true);
  });

  it("holds another answer against the one that was written there", async () => {
    await show("translation");
    const written = Number(find(".xai-explained button").dataset.id);
    const versus = all<HTMLElement>(".xai-versus").filter((each) => !each.classList.contains("xai-away"));
    versus[0]?.click();
    expect(runs().at(-1)).toMatchObject({ target: [written, Number(versus[0]?.dataset.id)], at: 2 });
  });

  it("takes an answer that is typed to be at the step on show", async () => {
    await show("translation");
    const box = find<HTMLInputElement>(".xai-target input");
    box.value = "chien";
    find("form.xai-target").dispatchEvent(new Event("submit", { cancelable: true }));
    expect(runs().at(-1)).toMatchObject({ target: "chien", at: 2 });
  });

  it("goes through the steps with the arrow keys, and looks at one that is pointed at", async () => {
    await show("translation");
    const steps = all(".xai-steps .xai-chip");
    steps[2]?.click();
    press(steps[2] as HTMLElement, "ArrowRight");
    expect(model.get("step")).toBe(3);
    await drawn();
    expect(words(".xai-headline-what")).toContain("“noir”, step 4");
    const before = chips().map(({ style }) => style.backgroundColor);
    steps[6]?.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
    await drawn();
    expect(words(".xai-headline-what")).toContain("“pas”, step 7");
    expect(words(".xai-explained .xai-candidate-text")).toBe("pas");
    expect(chips().map(({ style }) => style.backgroundColor)).not.toEqual(before);
    expect(model.get("step")).toBe(3);
  });

  it("chooses a step in the heat map by keyboard", async () => {
    await show("translation");
    const grid = find(".xai-matrix-grid");
    for (const key of ["ArrowDown", "ArrowRight", "Enter"]) press(grid, key);
    await drawn();
    expect(model.get("step")).toBe(1);
    expect(words(".xai-readout-words")).toMatch(
      /^small: [+−][\d.]+ of [\d.]+, logit of “petit”, step 2 of 12/,
    );
  });

  it("asks for the attention of the step on show", async () => {
    await show("translation", { attention_head: [0, 1] });
    expect(model.asked("attention_row")).toEqual([
      { what: "attention_row", run: 1, layer: 0, head: 1, step: 2 },
    ]);
  });
});
