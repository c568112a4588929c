/** The page that `widget.save("map.html")` writes, opened from the disk in the Firefox that the system has. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { SENTIMENT } from "./harness/cells.js";
import { Firefox, findFirefox } from "./harness/firefox.js";
import { runPython } from "./harness/python.js";

const TEXT = "the film is not good but the music is wonderful";
const executable = findFirefox();

describe.skipIf(executable === null)("a page in Firefox", () => {
  let firefox: Firefox;

  beforeAll(async () => {
    await runPython(`
import xai_widgets as xai
xai.AttentionWidget(explainer=${SENTIMENT}, text="${TEXT}").save("firefox.html")`);
    firefox = await Firefox.start(executable as string);
    await firefox.open(pathToFileURL(path.join(inject("jupyter").root, "firefox.html")).href);
  });

  afterAll(() => firefox?.close());

  /** In the tree of its own that the view stands in. */
  const inView = <Value>(expression: string) =>
    firefox.evaluate<Value>(`
      const host = [...document.querySelectorAll(".xai-kept div")].find((element) => element.shadowRoot);
      const view = host?.shadowRoot;
      return view ? ${expression} : null;`);

  test("draws its tokens, lines and matrix", async () => {
    const tokens =
      "[...view.querySelectorAll('[aria-label^=\"Keys\"] .xai-token')].map((t) => t.textContent.trim())";
    await expect.poll(() => inView(tokens)).toEqual(["[CLS]", ...TEXT.split(" "), "[SEP]"]);
    for (const canvas of [".xai-lines-canvas", ".xai-matrix-cells"]) {
      const colours = `(() => {
        const canvas = view.querySelector("${canvas}");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return new Set(new Uint32Array(data.buffer)).size;
      })()`;
      await expect.poll(() => inView<number>(colours)).toBeGreaterThan(10);
    }
  });

  test("says what it holds, and switches to any layer", async () => {
    const words = () => inView<string>('view.querySelector(".xai-kept-words").textContent');
    expect(await words()).toContain("Saved view: every layer and head.");
    const picture = () => inView<string>('view.querySelector(".xai-matrix-cells").toDataURL()');
    const before = await picture();
    await inView("view.querySelector(\"[aria-label='Layer after']\").click()");
    await expect.poll(() => inView('view.querySelector("select").value')).toBe("1");
    await expect.poll(picture).not.toBe(before);
  });
});
