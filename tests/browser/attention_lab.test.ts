import { beforeEach, describe, expect, test } from "vitest";
import { AttentionView } from "./harness/attention_view.js";
import { SENTIMENT } from "./harness/cells.js";
import { openNotebook } from "./harness/notebook.js";

const TEXT = "the film is not good but the music is wonderful";

const opened = openNotebook(
  "attention-lab",
  [
    `import ipywidgets
import xai_widgets as xai

explainer = ${SENTIMENT}
w = xai.AttentionWidget(explainer=explainer, text="${TEXT}", presentation=["lines", "matrix"])

def words(side):
    return [text.strip() for text in w.attention.tokens()[side].text]

w`,
    `slider = ipywidgets.IntSlider(description="linked", max=w.attention.n_layers - 1)
ipywidgets.jslink((slider, "value"), (w, "layer"))
slider`,
    "w",
  ],
  "lab",
  undefined,
  "shared",
);

const view = () => new AttentionView(opened.page);
const lines = () => view().root.locator(".xai-lines-canvas");
const cells = () => view().root.locator(".xai-matrix-cells");
const python = <Value>(expression: string) => opened.jupyter.value<Value>(expression);
const eventually = <Value>(expression: string) => expect.poll(() => python<Value>(expression));

beforeEach(async () => {
  await opened.page.mouse.move(0, 0);
  await opened.jupyter.python(
    `w.text = "${TEXT}"; w.layer = 0; w.heads = list(range(4)); w.selection = []; w.presentation = ["lines", "matrix"]`,
  );
  await expect.poll(() => view().text.inputValue()).toBe(TEXT);
  await expect.poll(() => view().heads()).toEqual([0, 1, 2, 3]);
  await expect.poll(() => view().layer.inputValue()).toBe("0");
});

describe("AttentionWidget in JupyterLab", () => {
  test("draws the tokens, the lines and the matrix", async () => {
    await expect.poll(() => view().words("Queries")).toEqual(await python("words(0)"));
    await expect.poll(() => view().words("Keys")).toEqual(await python("words(1)"));
    for (const canvas of [lines(), cells()]) {
      const { share, colours } = await view().painted(canvas);
      expect(share).toBeGreaterThan(0.02);
      expect(colours).toBeGreaterThan(10);
    }
  });

  test("says nothing of work when there is none", async () => {
    expect(await view().root.getByText("Cancel").isVisible()).toBe(false);
    expect(await view().root.textContent()).not.toContain("undefined");
  });

  test("says what a token looks at when it is pointed at", async () => {
    await view().token("Queries", "good").hover();
    await expect
      .poll(() => view().readout.textContent())
      .toMatch(/^good looks at: .+, layer 0, mean of all 4 heads$/);
    const strongest = await python<string>(
      'words(1)[int(w.attention.weights(0).mean(0)[words(0).index("good")].argmax())]',
    );
    expect(await view().readout.textContent()).toContain(`: ${strongest} 0.`);
  });

  test("gives the exact weight of a cell, as Python has it", async () => {
    await view().head(2).dblclick();
    await eventually<number[]>("w.heads").toEqual([2]);
    await view().matrix.hover();
    await expect.poll(() => view().readout.textContent()).toMatch(/: [\d.e-]+, layer 0, head 2$/);
    const read = (await view().readout.textContent()) ?? "";
    const [, query, key, value] = /^(.+) → (.+): ([\d.e-]+),/.exec(read) ?? [];
    // A word may stand in the text twice.
    const pairs = await python<[string, string, number][]>(
      "[[q, k, float(w.attention.weights(0, 2)[i, j])] for i, q in enumerate(words(0)) for j, k in enumerate(words(1))]",
    );
    const weights = pairs
      .filter(([q, k]) => q === query && k === key)
      .map(([, , weight]) => weight.toFixed(4));
    expect(weights).toContain(Number(value).toFixed(4));
  });

  test("reads a cell by keyboard", async () => {
    await view().matrix.focus();
    await opened.page.keyboard.press("ArrowDown");
    await opened.page.keyboard.press("ArrowRight");
    await expect
      .poll(() => view().readout.textContent())
      .toMatch(/^(\[CLS\]|the) → \S+: 0\.\d{4}, layer 0, mean of all 4 heads$/);
    await view().matrix.blur();
  });

  test("switches a head off and on by a click", async () => {
    const before = await view().picture(lines());
    await view().head(1).click();
    await eventually<number[]>("w.heads").toEqual([0, 2, 3]);
    await expect.poll(() => view().picture(lines())).not.toBe(before);
    await view().head(1).click();
    await eventually<number[]>("w.heads").toEqual([0, 1, 2, 3]);
  });

  test("isolates a head by a double click, and brings the others back by another", async () => {
    await view().head(3).dblclick();
    await eventually<number[]>("w.heads").toEqual([3]);
    await view().head(3).dblclick();
    await eventually<number[]>("w.heads").toEqual([0, 1, 2, 3]);
  });

  test("pins a token by a click", async () => {
    await view().token("Queries", "not").click();
    const index = await python<number>('words(0).index("not")');
    await eventually("w.selection").toEqual([{ side: "query", start: index, stop: index + 1 }]);
    await view().token("Queries", "not").click();
    await eventually("w.selection").toEqual([]);
  });

  test("switches the layer", async () => {
    const before = await view().picture(cells());
    await view().root.getByRole("button", { name: "Layer after" }).click();
    await eventually("w.layer").toBe(1);
    await view().layer.selectOption("3");
    await eventually("w.layer").toBe(3);
    await expect.poll(() => view().picture(cells())).not.toBe(before);
  });

  test("shows one presentation or several", async () => {
    await view().presentation("Matrix").click();
    await eventually("w.presentation").toEqual(["lines"]);
    await expect.poll(() => view().matrix.isVisible()).toBe(false);
    await view().presentation("Grid").click();
    await eventually("w.presentation").toEqual(["lines", "grid"]);
  });

  test("runs the model on what is typed", async () => {
    await view().type("not a good film");
    await eventually("w.text").toBe("not a good film");
    await expect.poll(() => view().words("Queries")).toEqual(["[CLS]", "not", "a", "good", "film", "[SEP]"]);
  });

  test("keeps what was typed when it cannot be run, and says why", async () => {
    await view().type("   ");
    await expect.poll(() => view().failure.textContent()).toContain("empty");
    expect(await view().text.inputValue()).toBe("   ");
    expect(await python("w.text")).toBe(TEXT);
    expect(await view().tokens("Queries").count()).toBe(12);
    await view().type(TEXT);
    await expect.poll(() => view().failure.count()).toBe(0);
  });

  test("offers to cut a text that is too long", async () => {
    const long = "good ".repeat(200).trim();
    await view().type(long);
    await expect
      .poll(() => view().failure.textContent())
      .toMatch(/202 tokens, 74 more than the 128 positions/);
    expect(await view().text.inputValue()).toBe(long);
    await view().root.getByRole("button", { name: "Cut to what fits" }).click();
    await eventually("w.attention.shape()").toEqual([4, 4, 128, 128]);
  });

  test.each([
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text itself.
    "${alert(1)}",
  ])("shows %s as text", async (text) => {
    const elements = await view().root.locator("img, script").count();
    await view().type(text);
    await eventually("w.text").toBe(text);
    await expect.poll(() => view().words("Queries")).toEqual(await python("words(0)"));
    expect(await view().text.inputValue()).toBe(text);
    expect(await view().root.locator("img, script").count()).toBe(elements);
  });

  test("moves when Python sets a trait", async () => {
    await opened.jupyter.python("w.layer = 2; w.heads = [1, 3]");
    await expect.poll(() => view().layer.inputValue()).toBe("2");
    await expect.poll(() => view().heads()).toEqual([1, 3]);
    await opened.jupyter.python('w.text = "a good film"');
    await expect.poll(() => view().text.inputValue()).toBe("a good film");
    await expect.poll(() => view().tokens("Queries").count()).toBe(5);
  });

  test("follows a slider that is linked to it, without Python in between", async () => {
    await opened.page.locator(".widget-slider [role=slider]").focus();
    await opened.page.keyboard.press("ArrowRight");
    await expect.poll(() => view().layer.inputValue()).toBe("1");
    await eventually("w.layer").toBe(1);
  });

  test("keeps two views of one widget together", async () => {
    const second = new AttentionView(opened.page, 1);
    await view().head(0).click();
    await expect.poll(() => second.heads()).toEqual([1, 2, 3]);
    await second.head(1).click();
    await expect.poll(() => view().heads()).toEqual([2, 3]);
    await eventually("w.heads").toEqual([2, 3]);
  });

  test("follows JupyterLab into the dark and back", async () => {
    const background = () => view().root.evaluate((root) => getComputedStyle(root).backgroundColor);
    const light = await background();
    await opened.jupyter.theme(true);
    await expect.poll(() => view().root.getAttribute("data-theme")).toBe("dark");
    expect(await background()).not.toBe(light);
    await opened.jupyter.theme(false);
    await expect.poll(() => view().root.getAttribute("data-theme")).toBe("light");
    expect(await background()).toBe(light);
  });

  test("fits a narrow window", async () => {
    const size = opened.page.viewportSize();
    await opened.page.setViewportSize({ width: 700, height: 900 });
    try {
      await expect
        .poll(() => view().root.evaluate((root) => root.scrollWidth - root.clientWidth))
        .toBeLessThanOrEqual(0);
      await expect.poll(() => view().token("Keys", "wonderful").isVisible()).toBe(true);
    } finally {
      if (size !== null) await opened.page.setViewportSize(size);
    }
  });
});
