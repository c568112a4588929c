import { readFile } from "node:fs/promises";
import type { Locator } from "playwright-core";
import { describe, expect, test } from "vitest";
import { AttentionView } from "./harness/attention_view.js";
import { openNotebook } from "./harness/notebook.js";

const opened = openNotebook(
  "lesson-lab",
  [
    `import xai_widgets as xai

model = xai.demo("language-model")
lesson = xai.lesson.Lesson("Lab: heads")
asked = lesson.predict(
    "Layer 1, head 2: which token does the last “kite” take most from?",
    lambda: xai.AttentionWidget(explainer=model, text="red kite lamp red kite", layer=1, heads=[2]),
    of=model.attention("red kite lamp red kite"),
    answer=xai.lesson.strongest_key(1, 2, query=-1),
    hints=("Where was “kite” before?", "What came after it?", "It gives light."),
)
asked`,
    `stepped = xai.AttentionWidget(explainer=model, text="cow drum cup cow drum", layer=3, presentation="lines")
check = lesson.check(
    "Leave a head alone on that looks one back.", xai.lesson.shows_head("previous_token", above=0.9), stepped
)
check`,
    `lesson.presets(stepped, {"remembers": {"layer": 1, "heads": [2]}, "no such layer": {"layer": 9}})`,
    `w = xai.AttentionWidget(
    explainer=model, text="red kite lamp red kite", presenter=True, locked=("layer", "heads", "text")
)
w`,
    `import ipywidgets

ipywidgets.VBox(
    [
        xai.AttributionWidget(
            explainer=xai.demo("sentiment"), text="The soup was not good.", compare=["occlusion"], presenter=True
        ),
        xai.TranslationWidget(
            explainer=xai.demo("translation"), source="The house is old.", num_beams=2, presenter=True
        ),
    ]
)`,
    "lesson",
  ],
  "lab",
  { acceptDownloads: true },
  "shared",
);

const page = () => opened.page;
const python = <Value>(expression: string) => opened.jupyter.value<Value>(expression);
const eventually = <Value>(expression: string) => expect.poll(() => python<Value>(expression));
const question = (index: number) => page().locator(".xai-lesson-question").nth(index);
const verdict = (of: Locator) => of.locator(".xai-lesson-verdict");
const button = (of: Locator, name: string | RegExp) => of.getByRole("button", { name });
/** The map below a question, by the output that both are in. */
const below = (of: Locator) =>
  of
    .locator("xpath=ancestor::*[contains(@class, 'jp-OutputArea-output')][1]")
    .locator(".xai-root:has(.xai-map)");
const projector = () => new AttentionView(page(), 5);

describe("a lesson in JupyterLab", () => {
  test("asks before the map appears", async () => {
    await expect.poll(() => question(0).isVisible()).toBe(true);
    expect(await below(question(0)).count()).toBe(0);
    expect(await question(0).locator(".xai-lesson-verdict").isVisible()).toBe(false);
    expect(await question(0).getByRole("radio").count()).toBe(6);
    expect(await question(0).innerHTML()).not.toContain("It gives light.");
  });

  test("says what is missing", async () => {
    await button(question(0), "Answer and look").click();
    await expect.poll(() => question(0).getByText("Pick one of them first.").isVisible()).toBe(true);
    expect(await python("len(asked.progress.attempts)")).toBe(0);
  });

  test("gives hints one at a time", async () => {
    await button(question(0), "Hint 1 of 3").click();
    await expect
      .poll(() => question(0).getByRole("listitem").allTextContents())
      .toEqual(["Where was “kite” before?"]);
    await button(question(0), "Hint 2 of 3").click();
    await expect.poll(() => question(0).getByRole("listitem").count()).toBe(2);
    expect(await python("asked.progress.hints")).toBe(2);
  });

  test("is answered by keyboard, and only then shows the map, with its number", async () => {
    await question(0).getByRole("radio").first().focus();
    for (let step = 0; step < 3; step++) await page().keyboard.press("ArrowRight");
    await eventually("asked.children[0].chosen").toEqual([3]);
    await page().keyboard.press("Enter");
    const weight = await python<string>(
      "f'{model.attention(\"red kite lamp red kite\").weights(1, 2)[5, 3]:.2f}'",
    );
    await expect
      .poll(() => verdict(question(0)).textContent())
      .toBe(`Yes. In layer 1, head 2, the second “kite” takes most from “lamp” (${weight}).`);
    await expect.poll(() => below(question(0)).locator(".xai-lines-canvas").isVisible()).toBe(true);
    // What was under the finger is gone: the focus is on what took its place.
    expect(await verdict(question(0)).evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await question(0).locator(".xai-lesson-pick-below").allTextContents()).toContain(weight);
    expect(
      await python("[asked.record()[name] for name in ('answer', 'right', 'attempts', 'hints')]"),
    ).toEqual(["lamp", true, 1, 2]);
  });

  test("scores what a widget shows, as often as it takes", async () => {
    const map = below(question(1));
    await button(question(1), "Check").click();
    await expect.poll(() => verdict(question(1)).textContent()).toContain("The view shows heads 0, 1, 2, 3");
    for (let step = 0; step < 3; step++) await button(map, "Layer before").click();
    await button(map, "Head 1").dblclick();
    await eventually("[stepped.layer, stepped.heads]").toEqual([0, [1]]);
    await button(question(1), "Check").click();
    await expect
      .poll(() => verdict(question(1)).textContent())
      .toMatch(/^Yes\. In this text layer 0, head 1 has a previous-token score of 1\.00\.$/);
    expect(await question(1).locator(".xai-lesson-attempts").textContent()).toBe("2 attempts");
    expect(await button(question(1), "Check").isVisible()).toBe(false);
  });

  test("shows a view by its name, and says what it cannot show", async () => {
    const remembers = page().getByRole("button", { name: "remembers" });
    await remembers.click();
    await eventually("[stepped.layer, stepped.heads]").toEqual([1, [2]]);
    await expect.poll(() => remembers.getAttribute("aria-pressed")).toBe("true");
    await page().getByRole("button", { name: "no such layer" }).click();
    await expect
      .poll(() => page().locator(".xai-lesson-presets [role=alert]").textContent())
      .toContain("layers are 0 to 3");
    await button(below(question(1)), "Layer after").click();
    await expect.poll(() => remembers.getAttribute("aria-pressed")).toBe("false");
  });

  test("saves the answers as a file", async () => {
    const answers = page().locator(".xai-lesson-answers");
    await expect
      .poll(() => answers.locator(".xai-lesson-answers-count").textContent())
      .toBe("2 of 2 answered");
    await answers.getByLabel("Name").fill("Ada");
    const [download] = await Promise.all([
      page().waitForEvent("download"),
      button(answers, "Save my answers").click(),
    ]);
    expect(download.suggestedFilename()).toBe("answers-Lab-heads-Ada.json");
    const document = JSON.parse(await readFile(await download.path(), "utf8"));
    expect(document).toMatchObject({ format: "xai_widgets/answers", lesson: "Lab: heads", student: "Ada" });
    expect(document.answers).toEqual(await python("lesson.answers()"));
    await eventually("lesson.student").toBe("Ada");
  });

  test("follows JupyterLab into the dark and back", async () => {
    const chosen = question(0).locator(".xai-lesson-pick-best .xai-lesson-pick-label");
    const colour = () => chosen.evaluate((element) => getComputedStyle(element).backgroundColor);
    const light = await colour();
    await opened.jupyter.theme(true);
    await expect.poll(colour).not.toBe(light);
    await opened.jupyter.theme(false);
    await expect.poll(colour).toBe(light);
  });
});

describe("a widget for a class", () => {
  test("has no use for what is locked, says so, and follows Python", async () => {
    const { root, layer, text } = projector();
    expect(await root.getByText("Locked for this lesson: layer, heads, text.").isVisible()).toBe(true);
    expect(await layer.isDisabled()).toBe(true);
    expect(await text.isDisabled()).toBe(true);
    expect(await projector().head(0).isDisabled()).toBe(true);
    // A thumbnail is another way to another layer: this one is of layer 3, head 0.
    await root.getByRole("grid", { name: /^Heads/ }).click({ position: { x: 90, y: 240 } });
    await opened.jupyter.python("w.heads = [1]");
    await expect.poll(() => projector().heads()).toEqual([1]);
    await opened.jupyter.python("w.layer = 2");
    await expect.poll(() => layer.inputValue()).toBe("2");
    expect(await python("[w.layer, w.heads]")).toEqual([2, [1]]);
    await opened.jupyter.python("w.locked = []");
    await expect.poll(() => layer.isDisabled()).toBe(false);
  });

  test("can be run: what the notebook keeps of it hides none of its buttons", async () => {
    expect(await button(projector().root, "Run").isVisible()).toBe(true);
  });

  test("has large type, in which the pointer finds its cell", async () => {
    const size = () => projector().readout.evaluate((element) => element.getBoundingClientRect().height);
    const large = await size();
    await opened.jupyter.python("w.presenter = False");
    await expect.poll(size).toBeCloseTo(large / 1.5, 0);
    await opened.jupyter.python("w.presenter = True; w.layer = 1; w.heads = [2]");
    await expect.poll(size).toBeCloseTo(large, 0);
    const matrix = projector().root.getByRole("grid", { name: /^Attention weights/ });
    await matrix.scrollIntoViewIfNeeded();
    // The last row stands at the lower edge, and "lamp" is the third column from the right: 40 of the widget's pixels a
    // cell and 8 of them at the edge, each drawn half as large again.
    const box = (await matrix.boundingBox()) as { x: number; y: number; width: number; height: number };
    await page().mouse.move(box.x + box.width - 1.5 * (8 + 2.5 * 40), box.y + box.height - 1.5 * (8 + 20));
    const weight = await python<string>("f'{w.attention.weights(1, 2)[5, 3]:.4f}'");
    await expect
      .poll(() => projector().readout.textContent())
      .toBe(`kite → lamp: ${weight}, layer 1, head 2`);
  });

  test.each([1280, 900, 720])("fits a window of %i pixels", async (width) => {
    const size = page().viewportSize();
    await page().setViewportSize({ width, height: 900 });
    try {
      expect(await page().locator(".xai-root[data-presenter]").count()).toBe(3);
      for (const root of await page().locator(".xai-root").all()) {
        await expect
          .poll(() => root.evaluate((element) => element.scrollWidth - element.clientWidth))
          .toBeLessThanOrEqual(0);
      }
    } finally {
      if (size !== null) await page().setViewportSize(size);
    }
  });
});
