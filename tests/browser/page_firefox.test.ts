/** Pages that `widget.save("map.html")` writes, opened from the disk in the Firefox that the system has, if it has one. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { SENTIMENT, TRANSLATION } from "./harness/cells.js";
import { Firefox, findFirefox } from "./harness/firefox.js";
import { runPython } from "./harness/python.js";

const TEXT = "the film is not good but the music is wonderful";
const executable = findFirefox();
const about = executable === null ? "no Firefox here, so no page in it" : "a page in Firefox";

describe.skipIf(executable === null)(about, () => {
  let firefox: Firefox;

  beforeAll(async () => {
    await runPython(`
import xai_widgets as xai
explainer = ${SENTIMENT}
xai.AttentionWidget(explainer=explainer, text="${TEXT}").save("firefox.html")
xai.AttributionWidget(explainer=explainer, text="${TEXT}").save("firefox_scores.html")
every = ["text", "alignment", "steps", "beams", "maps"]
translation = xai.TranslationWidget(explainer=${TRANSLATION}, source="The cat sleeps.", num_beams=2, presentation=every)
translation.save("firefox_translation.html")`);
    firefox = await Firefox.start(executable as string);
  });

  afterAll(() => firefox?.close());

  const open = (name: string) => firefox.open(pathToFileURL(path.join(inject("jupyter").root, name)).href);

  /** In the tree of its own that the view stands in. */
  const inView = <Value>(expression: string) =>
    firefox.evaluate<Value>(`
      const host = [...document.querySelectorAll(".xai-kept div")].find((element) => element.shadowRoot);
      const view = host?.shadowRoot;
      return view ? ${expression} : null;`);

  /** Of how many colours a canvas is. */
  const colours = (canvas: string) => () =>
    inView<number>(`(() => {
      const canvas = view.querySelector("${canvas}");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    })()`);

  test("draws its tokens, lines and matrix", async () => {
    await open("firefox.html");
    const tokens =
      "[...view.querySelectorAll('[aria-label^=\"Keys\"] .xai-token')].map((t) => t.textContent.trim())";
    await expect.poll(() => inView(tokens)).toEqual(["[CLS]", ...TEXT.split(" "), "[SEP]"]);
    for (const canvas of [".xai-lines-canvas", ".xai-matrix-cells"])
      await expect.poll(colours(canvas)).toBeGreaterThan(10);
  });

  test("says what it holds, and switches to any layer", async () => {
    await open("firefox.html");
    const words = () => inView<string>('view.querySelector(".xai-kept-words").textContent');
    await expect.poll(colours(".xai-matrix-cells")).toBeGreaterThan(10);
    expect(await words()).toContain("Saved view: every layer and head.");
    const picture = () => inView<string>('view.querySelector(".xai-matrix-cells").toDataURL()');
    const before = await picture();
    await inView("view.querySelector(\"[aria-label='Layer after']\").click()");
    await expect.poll(() => inView('view.querySelector("select").value')).toBe("1");
    await expect.poll(picture).not.toBe(before);
  });

  test("colours a text by its scores", async () => {
    await open("firefox_scores.html");
    const grounds = () =>
      inView<number>(
        "new Set([...view.querySelectorAll('.xai-chip')].map((chip) => getComputedStyle(chip).backgroundColor)).size",
      );
    await expect.poll(grounds).toBeGreaterThan(4);
    const words = "[...view.querySelectorAll('.xai-chip')].map((chip) => chip.textContent.trim())";
    expect(await inView(words)).toEqual(["[CLS]", ...TEXT.split(" "), "[SEP]"]);
  });

  test("draws every presentation of a translation", async () => {
    await open("firefox_translation.html");
    const seen = (selector: string) => () =>
      inView<number>(
        `[...view.querySelectorAll("${selector}")].filter((element) => element.getClientRects().length > 0).length`,
      );
    await expect.poll(seen(".xai-candidate")).toBeGreaterThan(3);
    await expect.poll(seen(".xai-beam-column")).toBeGreaterThan(2);
    // The alignment, and a map of each kind of attention.
    await expect.poll(seen(".xai-matrix-cells")).toBe(4);
  });
});
