import { beforeEach, describe, expect, test } from "vitest";
import { LANGUAGE_MODEL, TRANSLATION } from "./harness/cells.js";
import { openNotebook } from "./harness/notebook.js";

const TEXT = "The small black cat does not see the red house.";
const ALL = ["text", "alignment", "steps", "beams", "maps"];

const opened = openNotebook(
  "translation-lab",
  [
    `import xai_widgets as xai

explainer = ${TRANSLATION}
w = xai.TranslationWidget(explainer=explainer, source="${TEXT}", num_beams=4, presentation=${JSON.stringify(ALL)})
w`,
    `prompt = "The dogs near the tree"
lm = xai.TranslationWidget(explainer=${LANGUAGE_MODEL}, source=prompt, max_new_tokens=6)
lm`,
    `linked = xai.AttentionWidget(explainer=explainer, text="${TEXT}", kind="cross", presentation="lines")
end = xai.link(w, linked)
linked`,
  ],
  "lab",
  undefined,
  "shared",
);

const view = () => opened.page.locator(".xai-root").nth(0);
const other = () => opened.page.locator(".xai-root").nth(1);
const text = (side: number, root = view()) =>
  root.locator(".xai-pair").first().locator(".xai-text").nth(side);
const chips = (side: number, root = view()) => text(side, root).locator(".xai-chip");
const chip = (word: string, side: number) => chips(side).getByText(word, { exact: true });
const words = async (side: number, root = view()) =>
  (await chips(side, root).allTextContents()).map((word) => word.trim());
const readout = () => view().locator(".xai-readout-words").first();
const colours = (side: number) =>
  chips(side).evaluateAll((all) => all.map((one) => getComputedStyle(one).backgroundColor));
const button = (name: string) => view().getByRole("button", { name, exact: true });
const python = <Value>(expression: string) => opened.jupyter.value<Value>(expression);
const eventually = <Value>(expression: string) => expect.poll(() => python<Value>(expression));
/** The tokens of a side, as Python has them. */
const tokens = (side: "prompt" | "tokens", widget = "w") =>
  python<string[]>(`[text.strip() for text in ${widget}.generation.${side}.text]`);

beforeEach(async () => {
  await opened.page.mouse.move(0, 0);
  await opened.jupyter.python(
    `w.run("${TEXT}"); w.colours = ["attention"]; w.selection = []; w.step = 2; w.align = "argmax"`,
  );
  await expect.poll(() => view().locator(".xai-scrubber-words").textContent()).toBe("Step 3 of 12");
  await expect.poll(() => view().locator(".xai-banner").textContent()).toContain("4 beams");
});

describe("TranslationWidget in JupyterLab", () => {
  test("shows source and target as text, coloured by the attention of the step", async () => {
    expect(await words(0)).toEqual(await tokens("prompt"));
    expect(await words(1)).toEqual(await tokens("tokens"));
    await expect.poll(async () => new Set(await colours(0)).size).toBeGreaterThan(4);
    expect((await text(1).locator('[data-look="current"]').textContent())?.trim()).toBe("chat");
  });

  test("lights up what a token was made from, with the weights that Python has", async () => {
    const before = await colours(0);
    await chip("rouge", 1).hover();
    await expect.poll(() => colours(0)).not.toEqual(before);
    const said = (await readout().textContent()) ?? "";
    expect(said).toMatch(/^rouge looks at: red 0\.\d+/);
    const row = "w.generation.row(w.generation.tokens.text.index(' rouge'))";
    const column = "w.generation.prompt.text.index(' red')";
    const weights = "[a.weights(l, kind='cross')[:, row, column].mean() for l in a.layers('cross')]";
    const weight = await python<number>(
      `(lambda a, row, column: float(sum(${weights}) / len(a.layers('cross'))))(w.generation.attention(), ${row}, ${column})`,
    );
    expect(Number(/red (0\.\d+)/.exec(said)?.[1])).toBeCloseTo(weight, 2);
    await chip("red", 0).hover();
    await expect.poll(() => readout().textContent()).toMatch(/^red is looked at by: .*rouge 0\.\d/);
  });

  test("is coloured by gradient x input, beside the attention", async () => {
    await view().getByLabel("beside it", { exact: true }).selectOption("method gradient_x_input");
    await expect.poll(() => view().locator(".xai-pair").count()).toBe(2);
    const second = view().locator(".xai-pair").nth(1);
    await expect.poll(() => second.getAttribute("aria-label")).toBe("Gradient × input");
    const label = await second
      .locator(".xai-chip")
      .getByText("cat", { exact: true })
      .locator("xpath=ancestor-or-self::*[@role='option']")
      .getAttribute("aria-label");
    const score = await python<number>(
      "float((lambda a: a.scores[2, w.generation.prompt.text.index(' cat')])(w.generation.attribute(method='gradient_x_input')))",
    );
    expect(Number(label?.split(", ")[1]?.replace("−", "-"))).toBeCloseTo(score, 2);
    await eventually<string[]>("[by['what'] for by in w.colours]").toEqual(["attention", "method"]);
  });

  test("copies the alignment that Python has", async () => {
    await opened.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await view().getByText("Intersection", { exact: true }).click();
    await eventually<string>("w.align").toBe("intersection");
    await button("Copy as Pharaoh").click();
    const copied = () => opened.page.evaluate(() => navigator.clipboard.readText());
    await expect.poll(copied).toBe(await python<string>("w.alignment.pharaoh()"));
  });

  test("goes through the steps, by slider, keys and by itself", async () => {
    const slider = view().getByRole("slider", { name: "Step" });
    await slider.focus();
    await slider.press("ArrowRight");
    await expect.poll(() => view().locator(".xai-scrubber-words").textContent()).toBe("Step 4 of 12");
    await eventually<number>("w.step").toBe(3);
    const likeliest = await python<string>("w.generation.steps[3].candidates[0].text.strip()");
    expect(await view().locator(".xai-candidate-text").first().textContent()).toBe(likeliest);
    await button("Play").click();
    await expect.poll(() => view().locator(".xai-scrubber-words").textContent()).toBe("Step 5 of 12");
    await button("Pause").click();
    await eventually<number>("w.step").toBe(4);
  });

  test("puts another candidate there and lets the model go on", async () => {
    const second = view().locator(".xai-candidate").nth(1);
    const wanted = await second.locator(".xai-candidate-text").textContent();
    await second.click();
    await eventually<number>("len(w.forced)").toBe(3);
    await eventually<string>("w.generation.tokens.text[2].strip()").toBe(wanted?.trim());
    await expect.poll(() => words(1)).toEqual(await tokens("tokens"));
    await button("Back to the model's own").click();
    await eventually<unknown[]>("w.forced").toEqual([]);
    await expect.poll(() => words(1)).toContain("chat");
  });

  test("keeps a token that is none, and says how it is split", async () => {
    const field = view().locator(".xai-target .xai-field");
    await field.fill("elephantesque");
    await field.press("Enter");
    await expect
      .poll(() => view().locator(".xai-failure").textContent())
      .toMatch(/'elephantesque' is \d tokens/);
    expect(await field.inputValue()).toBe("elephantesque");
    expect(await python("w.forced")).toEqual([]);
    await field.fill("");
  });

  test("looks at a beam that was dropped, follows it, and comes back", async () => {
    const number = await python<number>(
      "next(b.index for b in w.generation.beams.nodes if b.state == 'dropped' and b.step == 2)",
    );
    const ids = await python<number[]>(`list(w.generation.beams.ids(${number}))`);
    await view().locator(`.xai-beam-body [data-node="${number}"]`).click();
    await eventually<number | null>("w.beam").toBe(number);
    await expect.poll(() => chips(1).count()).toBe(3);
    await button("Follow this beam").click();
    await eventually<number[]>("list(w.forced)").toEqual(ids);
    await eventually<number[]>(`list(w.generation.ids[:3])`).toEqual(ids);
    await expect.poll(() => chips(1).count()).toBeGreaterThan(3);
    await button("Back to the model's own").click();
    await eventually<number | null>("w.beam").toBeNull();
  });

  test("says what the model thinks of a target by hand, token by token", async () => {
    await button("Edit by hand").click();
    const box = view().locator("textarea[name=text_pair]");
    expect(await box.inputValue()).toBe(await python<string>("w.generation.text"));
    await box.fill("Le grand chat noir ne voit pas la maison rouge.");
    await box.press("Enter");
    await eventually<boolean>("w.generation.given").toBe(true);
    await expect.poll(() => words(1)).toContain("grand");
    const said = await chips(1).nth(1).getAttribute("data-score");
    expect(Number(said?.replace("−", "-"))).toBeCloseTo(
      await python<number>("w.generation.steps[1].log_prob"),
      1,
    );
    await button("Let the model write").click();
    await eventually<boolean>("w.generation.given").toBe(false);
  });

  test("draws encoder, cross and decoder attention, linked with the text", async () => {
    await opened.jupyter.python("w.layer, w.head = 2, 3");
    const grids = view().locator(".xai-maps [role=grid]");
    await expect.poll(() => grids.count()).toBe(3);
    await grids.nth(1).focus();
    await grids.nth(1).press("ArrowDown");
    await expect.poll(() => view().locator(".xai-map-words").nth(1).textContent()).toMatch(/→/);
    await expect.poll(() => view().locator(".xai-pair .xai-chip-hovered").count()).toBeGreaterThan(0);
  });

  test("runs on another source, and keeps one that is refused", async () => {
    const box = view().locator("textarea[name=text]");
    await box.fill("The old woman sees him.");
    await box.press("Enter");
    await eventually<string>("w.text").toBe("The old woman sees him.");
    await expect.poll(() => words(0)).toContain("woman");
    await box.fill("   ");
    await box.press("Enter");
    await expect.poll(() => view().locator(".xai-failure").textContent()).toMatch(/empty/);
    expect(await box.inputValue()).toBe("   ");
    await box.fill(TEXT);
  });

  test("a linked attention widget hears what is pointed at", async () => {
    await chip("cat", 0).hover();
    const attention = opened.page.locator(".xai-root").nth(2);
    await expect.poll(() => attention.locator(".xai-token-hovered").allTextContents()).toEqual(["cat"]);
    await chip("chat", 1).hover();
    await expect.poll(() => attention.locator(".xai-token-hovered").allTextContents()).toEqual(["chat"]);
  });

  test("a decoder-only model: prompt and continuation, one map, no alignment", async () => {
    expect(await words(0, other())).toEqual(await tokens("prompt", "lm"));
    expect(await words(1, other())).toEqual(await tokens("tokens", "lm"));
    expect(await other().getByRole("button", { name: "Alignment", exact: true }).isVisible()).toBe(false);
    await other().getByRole("button", { name: "Maps", exact: true }).click();
    await expect.poll(() => other().locator(".xai-maps [role=grid]").count()).toBe(1);
    await other().locator(".xai-candidate").nth(1).click();
    await eventually<number>("len(lm.forced)").toBe(1);
    await expect.poll(() => words(1, other())).toEqual(await tokens("tokens", "lm"));
  });
});
