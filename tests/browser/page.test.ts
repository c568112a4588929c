/** Pages that `widget.save("map.html")` writes, opened from the disk: no server, no network, no kernel. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { AttentionView } from "./harness/attention_view.js";
import { openPage } from "./harness/browser.js";
import { SENTIMENT } from "./harness/cells.js";
import { runPython } from "./harness/python.js";

const TEXT = "the film is not good but the music is wonderful";

const opened = openPage({ colorScheme: "light" });
const view = () => new AttentionView(opened.page);
const bar = () => opened.page.locator(".xai-kept-words");

async function open(file: string): Promise<void> {
  await opened.page.goto(pathToFileURL(path.join(inject("jupyter").root, file)).href);
  await opened.page.locator(".xai-root").waitFor();
}

let weights: number[][];

beforeAll(async () => {
  const printed = await runPython(`
import json
import xai_widgets as xai

explainer = ${SENTIMENT}
widget = xai.AttentionWidget(explainer=explainer, text="${TEXT}", presentation=["lines", "matrix"])
widget.save("map.html")
widget.save("part.html", layers=[0, 3], heads=[1, 2])
xai.AttributionWidget(explainer=explainer, text="${TEXT}").save("scores.html")
evil = ["</script><script>alert(1)</script>", "<!--", "<img src=x onerror=alert(1)>", '"']
xai.AttentionWidget(attention=xai.AttentionMap.from_tensors([[[[0.25] * 4] * 4]], evil)).save("evil.html")
print(json.dumps(widget.attention.weights(2, 3).tolist()))`);
  weights = JSON.parse(printed);
});

describe("a page of an attention map, from the disk", () => {
  test("draws its tokens, lines and matrix, and says what it holds", async () => {
    await open("map.html");
    await expect.poll(() => view().words("Queries")).toEqual(["[CLS]", ...TEXT.split(" "), "[SEP]"]);
    for (const canvas of [".xai-lines-canvas", ".xai-matrix-cells"]) {
      await expect
        .poll(async () => (await view().painted(view().root.locator(canvas))).colours)
        .toBeGreaterThan(10);
    }
    expect(await bar().textContent()).toBe(
      "Saved view: every layer and head. To ask the model, open the notebook that made this page.",
    );
    expect(await opened.page.title()).toBe(`Attention of “${TEXT}”`);
  });

  test("reads a cell of any layer and head, as exact as it says", async () => {
    await open("map.html");
    await view().layer.selectOption("2");
    await view().head(3).dblclick();
    await expect.poll(() => view().heads()).toEqual([3]);
    await view().matrix.focus();
    await opened.page.keyboard.press("ArrowDown");
    await opened.page.keyboard.press("ArrowRight");
    await expect.poll(() => view().readout.textContent()).toMatch(/^\S+ → \S+: ≈ [\d.]+, layer 2, head 3$/);
    const read = (await view().readout.textContent()) ?? "";
    const [, query, key, value] = /^(\S+) → (\S+): ≈ ([\d.]+),/.exec(read) ?? [];
    const tokens = ["[CLS]", ...TEXT.split(" "), "[SEP]"];
    const row = weights[tokens.indexOf(query as string)] as number[];
    expect(Math.abs(Number(value) - (row[tokens.indexOf(key as string)] as number))).toBeLessThan(0.01);
    expect(await view().root.locator("footer").textContent()).toContain(
      "kept as one byte each, within 0.004",
    );
  });

  test("points, pins and switches presentations", async () => {
    await open("map.html");
    await view().token("Queries", "good").hover();
    await expect.poll(() => view().readout.textContent()).toMatch(/^good looks at: .+, layer 0/);
    await view().token("Queries", "not").click();
    await opened.page.mouse.move(0, 0);
    await expect.poll(() => view().token("Queries", "not").getAttribute("aria-selected")).toBe("true");
    await view().presentation("Grid").click();
    await expect.poll(() => view().root.locator(".xai-grid").isVisible()).toBe(true);
  });

  test("does not pretend that there is a model", async () => {
    await open("map.html");
    expect(await view().text.inputValue()).toBe(TEXT);
    expect(await view().text.isEditable()).toBe(false);
    expect(await view().root.getByRole("button", { name: "Run" }).isVisible()).toBe(false);
    await view().text.press("Enter");
    await expect
      .poll(() => view().failure.textContent())
      .toContain("There is no model here. To ask the model, open the notebook that made this page.");
  });

  test("follows the system into the dark, and the person out of it", async () => {
    await open("map.html");
    const background = () =>
      opened.page.locator("body").evaluate((body) => getComputedStyle(body).backgroundColor);
    await expect.poll(background).toBe("rgb(255, 255, 255)");
    await opened.page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(() => view().root.getAttribute("data-theme")).toBe("dark");
    expect(await background()).toBe("rgb(23, 25, 28)");
    await opened.page.getByText("Light", { exact: true }).click();
    await expect.poll(() => view().root.getAttribute("data-theme")).toBe("light");
    await opened.page.getByText("Auto", { exact: true }).click();
    await expect.poll(() => view().root.getAttribute("data-theme")).toBe("dark");
    await opened.page.emulateMedia({ colorScheme: "light" });
    await expect.poll(() => view().root.getAttribute("data-theme")).toBe("light");
  });

  test("has its choice of colours whole in a narrow window", async () => {
    await open("map.html");
    await opened.page.setViewportSize({ width: 360, height: 1000 });
    const hidden = await opened.page
      .locator(".xai-kept-bar .xai-segmented")
      .evaluate((choice) => choice.scrollWidth - choice.clientWidth);
    expect(hidden).toBe(0);
    await opened.page.setViewportSize({ width: 1280, height: 1000 });
  });

  test("holds the layers and heads that were named, and says so of others", async () => {
    await open("part.html");
    await expect.poll(() => view().heads()).toEqual([1, 2]);
    expect(await bar().textContent()).toContain("heads 1 and 2 of layers 0 and 3");
    await view().root.getByRole("button", { name: "Layer after" }).click();
    await expect.poll(() => view().layer.inputValue()).toBe("3");
    await view().head(0).click();
    await expect.poll(() => bar().textContent()).toContain("Of layer 3 this was kept: heads 1 and 2.");
    expect(await view().heads()).toEqual([1, 2]);
  });
});

test("a page of an attribution shows its scores, and the attention beside them", async () => {
  await open("scores.html");
  await expect.poll(() => view().root.textContent()).toContain("by Gradient × input");
  await view().root.getByLabel("Attention of layer").selectOption("1");
  await expect.poll(() => view().root.locator(".xai-compare").textContent()).toContain("Attention");
  await view().root.getByTitle("Explain “negative”").click();
  await expect.poll(() => view().failure.textContent()).toContain("There is no model here.");
});

test("tokens that look like markup are text", async () => {
  await open("evil.html");
  await expect
    .poll(() => view().words("Keys"))
    .toEqual(["</script><script>alert(1)</script>", "<!--", "<img src=x onerror=alert(1)>", '"']);
  expect(await opened.page.locator(".xai-root img, .xai-root script").count()).toBe(0);
});
