/**
 * Every view under axe-core, light and dark: names, roles, contrast, landmarks. It sees what a machine can see; keyboard
 * and words are tested view by view.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { AxeResults } from "axe-core";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { openPage } from "./harness/browser.js";
import { LANGUAGE_MODEL, SENTIMENT, TRANSLATION } from "./harness/cells.js";
import { runPython } from "./harness/python.js";

const opened = openPage();
const VIEWS = ["map", "scores", "steps", "text", "alignment", "candidates", "beams", "maps"];

let axe: string;

beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf-8");
  await runPython(`
import xai_widgets as xai

explainer = ${SENTIMENT}
text = "the film is not good but the music is wonderful"
xai.AttentionWidget(explainer=explainer, text=text, presentation=["lines", "matrix", "grid"]).save("axe-map.html")
scores = xai.AttributionWidget(explainer=explainer, text=text, compare=["occlusion"])
scores.save("axe-scores.html")
explainer = ${LANGUAGE_MODEL}
xai.AttributionWidget(explainer=explainer, text="Once upon a time", max_new_tokens=4).save("axe-steps.html")
widget = xai.TranslationWidget(explainer=${TRANSLATION}, source="The small red car is not expensive.", num_beams=4)
for presentation in ["text", "alignment", "steps", "beams", "maps"]:
    widget.presentation = [presentation]
    widget.save(f"axe-{'candidates' if presentation == 'steps' else presentation}.html")`);
});

/** What axe says against the page, in words, each with the elements. Rules that ask for more than a view are named. */
async function violations(): Promise<string[]> {
  await opened.page.evaluate(axe);
  const results = await opened.page.evaluate(
    () =>
      (globalThis as unknown as { axe: { run(where: object, options: object): Promise<unknown> } }).axe.run(
        document,
        {
          // A view's headings stand under those of the notebook that it is in, not at the second level of a page.
          rules: { "heading-order": { enabled: false } },
          resultTypes: ["violations"],
        },
      ) as Promise<AxeResults>,
  );
  expect(results.passes.length).toBeGreaterThan(30);
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`),
  );
}

describe.each(["light", "dark"] as const)("for people who hear, or see less, in %s", (colorScheme) => {
  test.each(VIEWS)("%s", async (view) => {
    await opened.page.emulateMedia({ colorScheme });
    await opened.page.goto(pathToFileURL(path.join(inject("jupyter").root, `axe-${view}.html`)).href);
    await opened.page.locator(".xai-root :is(canvas, .xai-chip, [role=tree]):visible").first().waitFor();
    expect(await violations()).toEqual([]);
  });
});
