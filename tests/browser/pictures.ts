import { mkdir } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { AttentionView } from "./harness/attention_view.js";
import { SENTIMENT, TRANSLATION } from "./harness/cells.js";
import { openNotebook } from "./harness/notebook.js";
import { REPOSITORY } from "./harness/places.js";

/** Not a test: takes the README's pictures of the widgets, in a real notebook. `make pictures` runs it. */
const IMAGES = path.join(REPOSITORY, "docs/images");
const SOURCE = "The small black cat does not see the red house.";
const TEXT = "The film was good but the ending was boring.";

const opened = openNotebook(
  "pictures",
  [
    `import xai_widgets as xai
explainer = ${SENTIMENT}
xai.AttentionWidget(explainer=explainer, text="${TEXT}")`,
    `xai.AttributionWidget(explainer=explainer, text="${TEXT}", method="integrated_gradients", compare=["gradient_x_input"])`,
    `xai.TranslationWidget(explainer=${TRANSLATION}, source="${SOURCE}", colours=(2, 3), presentation=["text", "alignment"])`,
  ],
  "lab",
  { viewport: { width: 1280, height: 1800 }, deviceScaleFactor: 2 },
);

test.each([
  ["light", false],
  ["dark", true],
])("in %s", async (name, dark) => {
  await mkdir(IMAGES, { recursive: true });
  await opened.jupyter.theme(dark);
  const attention = new AttentionView(opened.page, 0);
  await expect.poll(() => attention.root.getAttribute("data-theme")).toBe(name);
  await attention.token("Queries", "good").hover();
  await expect.poll(() => attention.readout.textContent()).toMatch(/^good looks at/);
  await attention.root.screenshot({ path: path.join(IMAGES, `attention-${name}.png`) });
  const attribution = opened.page.locator(".xai-root").nth(1);
  await attribution.locator(".xai-chip").getByText("boring", { exact: true }).hover();
  await expect.poll(() => attribution.locator(".xai-readout-words").textContent()).toMatch(/boring/);
  await attribution.screenshot({ path: path.join(IMAGES, `attribution-${name}.png`) });
  const translation = opened.page.locator(".xai-root").nth(2);
  await translation.locator(".xai-chip").getByText("rouge", { exact: true }).hover();
  await expect.poll(() => translation.locator(".xai-readout-words").textContent()).toMatch(/^rouge looks at/);
  await translation.screenshot({ path: path.join(IMAGES, `translation-${name}.png`) });
});
