import { expect, test } from "vitest";
import { openNotebook } from "./harness/notebook.js";

const opened = openNotebook("attention-lab", [
  `import numpy as np
import xai_widgets as xai
rng = np.random.default_rng(0)
scores = rng.gumbel(size=(3, 1, 4, 5, 5)) * 2
weights = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
attention = xai.AttentionMap.from_tensors(list(weights.astype("float32")), ["[CLS]", "the", "cat", "sat", "[SEP]"])
w = xai.AttentionWidget(attention=attention)
w`,
]);

test("the widget is drawn", async () => {
  const { page } = opened;
  await page.locator(".xai-root").waitFor();
  await page.screenshot({ path: "/tmp/lab.png" });
  expect(await opened.jupyter.value("w.layer")).toBe(0);
});
