import { mkdir } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { AttentionView } from "./harness/attention_view.js";
import { SENTIMENT } from "./harness/cells.js";
import { openNotebook } from "./harness/notebook.js";
import { REPOSITORY } from "./harness/places.js";

/** Not a test: takes the README's pictures of the widget, in a real notebook. `make pictures` runs it. */
const IMAGES = path.join(REPOSITORY, "docs/images");

const opened = openNotebook(
  "pictures",
  [
    `import xai_widgets as xai\nw = xai.AttentionWidget(explainer=${SENTIMENT}, text="the film is not good but the music is wonderful")\nw`,
  ],
  "lab",
  { viewport: { width: 1280, height: 1800 }, deviceScaleFactor: 2 },
);

test.each([
  ["light", false],
  ["dark", true],
])("attention, %s", async (name, dark) => {
  const view = new AttentionView(opened.page);
  await opened.jupyter.theme(dark);
  await expect.poll(() => view.root.getAttribute("data-theme")).toBe(name);
  await view.token("Queries", "good").hover();
  await expect.poll(() => view.readout.textContent()).toMatch(/^good looks at/);
  await mkdir(IMAGES, { recursive: true });
  await view.root.screenshot({ path: path.join(IMAGES, `attention-${name}.png`) });
});
