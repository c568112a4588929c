import path from "node:path";
import { describe, expect, test } from "vitest";
import { AttentionView } from "./harness/attention_view.js";
import { openNotebook } from "./harness/notebook.js";
import { REPOSITORY } from "./harness/places.js";

const INSEQ = path.join(REPOSITORY, "tests/python/inseq_files/gradient.json.gz");

/** What came out of files and other libraries has no model behind it: the kernel never imports torch. */
const opened = openNotebook("data-lab", [
  `import sys, tempfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import xai_widgets as xai

weights = np.random.default_rng(0).dirichlet(np.ones(4), size=(2, 3, 4)) * np.tri(4)
given = xai.AttentionMap.from_tensors(list(weights), ["who", "looks", "at", "<b>whom</b>"], model_name="by hand")
given.save(Path(tempfile.gettempdir(), "map.npz"), weights="uint8")
loaded = xai.AttentionMap.load(Path(tempfile.gettempdir(), "map.npz"))
loaded`,
  `xai.Attribution.from_captum([1.5, -0.5, 0.25], ["a", "<i>good</i>", "film"], target="class 'positive'")`,
  `xai.Attribution.from_inseq("${INSEQ}")`,
  `said = SimpleNamespace(values=np.array([[0.0, 0.5], [-0.2, 0.1], [0.0, 0.0]]), base_values=np.array([0.4, 0.2]),
                       data=np.array(["not ", "good", ""], object), output_names=["no", "yes"])
foreign = xai.Attribution.from_shap(said, "yes", value_kind="probability")
foreign.save(Path(tempfile.gettempdir(), "scores.json"))
xai.Attribution.load(Path(tempfile.gettempdir(), "scores.json"))`,
]);

const attribution = (index: number) => opened.page.locator(".xai-root").nth(index);
const chips = async (index: number) =>
  (await attribution(index).locator(".xai-chip").allTextContents()).map((text) => text.trim());

describe("what was loaded shows itself in JupyterLab", () => {
  test("an attention map from a file", async () => {
    const view = new AttentionView(opened.page, 0);
    expect(await view.words("Queries")).toEqual(["who", "looks", "at", "<b>whom</b>"]);
    await view.token("Queries", "looks").hover();
    await expect.poll(() => view.readout.textContent()).toMatch(/^looks looks at/);
    await expect.poll(() => view.root.textContent()).toContain("Kept as one byte each");
    expect(await view.text.count()).toBe(0);
  });

  test("what Captum gave, with a value that is only a sum", async () => {
    expect(await chips(1)).toEqual(["a", "<i>good</i>", "film"]);
    await attribution(1).locator(".xai-chip").getByText("film", { exact: true }).hover();
    await expect.poll(() => attribution(1).locator(".xai-readout-words").textContent()).toContain("0.25");
    const said = await attribution(1).textContent();
    expect(said).toContain("sum of scores");
    expect(said).toContain("in its place stands their sum");
  });

  test("what inseq gave, with its steps", async () => {
    expect(await chips(2)).toEqual(expect.arrayContaining(["red", "cars", "</s>", "<pad>", "ses"]));
    expect(await attribution(2).textContent()).toContain("input x gradient");
  });

  test("what SHAP gave, from a file, with its answers", async () => {
    expect(await chips(3)).toEqual(["not", "good", "[special]"]);
    expect(await attribution(3).locator(".xai-candidate").allTextContents()).not.toHaveLength(0);
  });

  test("without torch", async () => {
    expect(await opened.jupyter.value("'torch' in sys.modules")).toBe(false);
  });
});
