/** The pictures of the widgets that README and the site show, in a real notebook. `make docs` takes them anew. */
import path from "node:path";
import * as esbuild from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import { SENTIMENT, TRANSLATION } from "./harness/cells.js";
import { difference } from "./harness/kept_picture.js";
import { openNotebook } from "./harness/notebook.js";
import { REPOSITORY } from "./harness/places.js";

const IMAGES = path.join(REPOSITORY, "docs/images");
const SOURCE = "The small black cat does not see the red house.";
const TEXT = "The film was good but the ending was boring.";

/** Which word of a widget is pointed at. */
const WIDGETS = [
  { name: "attention", word: "[aria-label^=Queries] .xai-token", text: "good" },
  { name: "attribution", word: ".xai-chip", text: "boring" },
  { name: "translation", word: ".xai-chip", text: "rouge" },
];

const opened = openNotebook(
  "readme",
  [
    `import xai_widgets as xai
explainer = ${SENTIMENT}
xai.AttentionWidget(explainer=explainer, text="${TEXT}")`,
    `xai.AttributionWidget(explainer=explainer, text="${TEXT}", method="integrated_gradients", compare=["gradient_x_input"])`,
    `xai.TranslationWidget(explainer=${TRANSLATION}, source="${SOURCE}", colours=(2, 3), presentation=["text", "alignment"])`,
  ],
  "lab",
  { viewport: { width: 1340, height: 1800 }, deviceScaleFactor: 2, reducedMotion: "reduce" },
  "shared",
);

beforeAll(async () => {
  const { outputFiles } = await esbuild.build({
    entryPoints: [path.join(REPOSITORY, "js/gallery/fonts.css")],
    bundle: true,
    write: false,
    loader: { ".woff2": "dataurl" },
  });
  // The gallery's letters, the same on every machine. Widgets that were drawn with others remember those.
  await opened.page.addStyleTag({ content: outputFiles[0]?.text ?? "" });
  await opened.page.evaluate(() => Promise.all([...document.fonts].map((font) => font.load())));
  await opened.jupyter.runAll();
});

describe.each(["light", "dark"])("in %s", (theme) => {
  test.each(WIDGETS)("$name", async ({ name, word, text }) => {
    await opened.jupyter.theme(theme === "dark");
    const root = opened.page.locator(".xai-root").nth(WIDGETS.findIndex((each) => each.name === name));
    await expect.poll(() => root.getAttribute("data-theme")).toBe(theme);
    await root.locator(word).getByText(text, { exact: true }).first().hover();
    await expect.poll(() => root.locator(".xai-readout-words").textContent()).toContain(text);
    const wrong = await difference(root, path.join(IMAGES, `${name}-${theme}.png`), 1);
    expect(wrong, "see tests/browser/output; make docs takes it anew").toBe("");
  });
});
