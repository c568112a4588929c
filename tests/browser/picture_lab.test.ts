import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { AttentionView } from "./harness/attention_view.js";
import { openNotebook } from "./harness/notebook.js";

/** No model: the kernel never imports torch. */
const opened = openNotebook("picture-lab", [
  `import numpy as np
import xai_widgets as xai

weights = np.random.default_rng(0).dirichlet(np.ones(4), size=(2, 3, 4)) * np.tri(4)
given = xai.AttentionMap.from_tensors(list(weights), ["who", "looks", "at", "<b>whom</b>"], model_name="by hand")
given`,
  `xai.Attribution.from_captum([1.5, -0.5, 0.25], ["a", "<i>good</i>", "film"], target="class 'positive'")`,
]);

const root = (index: number) => opened.page.locator(".xai-root").nth(index);

async function saved(index: number, form: string): Promise<{ name: string; data: Buffer }> {
  const downloading = opened.page.waitForEvent("download");
  await root(index)
    .getByRole("button", { name: `Save picture as ${form}` })
    .click();
  const file = await downloading;
  return { name: file.suggestedFilename(), data: await readFile(await file.path()) };
}

describe("a picture of what is on show is saved from JupyterLab", () => {
  test("attention as SVG, with the layer that was chosen", async () => {
    await new AttentionView(opened.page, 0).layer.selectOption("1");
    await root(0).getByRole("combobox", { name: "Width of the picture" }).selectOption("column");
    const { name, data } = await saved(0, "SVG");
    expect(name).toBe("attention.svg");
    const svg = data.toString("utf8");
    expect(svg).toMatch(/^<svg [^>]*width="237\.6pt"/);
    expect(svg).toContain("Attention: layer 1, all 3 heads");
    expect(svg).toContain("&lt;b&gt;whom&lt;/b&gt;");
    await expect.poll(() => root(0).locator(".xai-save-said").textContent()).toBe("Saved as attention.svg.");
  });

  test("scores as PDF and as PNG, as dark as the notebook", async () => {
    await opened.jupyter.theme(true);
    await expect.poll(() => root(1).getAttribute("data-theme")).toBe("dark");
    const pdf = await saved(1, "PDF");
    expect(pdf.name).toBe("attribution.pdf");
    expect(pdf.data.subarray(0, 5).toString()).toBe("%PDF-");
    const png = await saved(1, "PNG");
    expect([...png.data.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
    expect((await saved(1, "SVG")).data.toString()).toContain('fill="#17191c"');
    await opened.jupyter.theme(false);
  });
});
