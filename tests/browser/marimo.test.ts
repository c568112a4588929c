import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { AttentionView } from "./harness/attention_view.js";
import { keepEvidence, openPage } from "./harness/browser.js";
import { SENTIMENT } from "./harness/cells.js";
import { PYTHON } from "./harness/places.js";
import { freePort, type ServerProcess, startServer } from "./harness/server_process.js";

const APP = `import marimo

app = marimo.App()


@app.cell
def _():
    import marimo as mo
    import xai_widgets as xai

    w = mo.ui.anywidget(xai.AttentionWidget(explainer=${SENTIMENT}, text="not a good film"))
    w
    return mo, w, xai


@app.cell
def _(mo, w):
    mo.md(f"Python sees layer {w.value['layer']} of: {w.value['text']}")
    return


@app.cell
def _(mo, xai):
    scored = mo.ui.anywidget(xai.AttributionWidget(explainer=${SENTIMENT}, text="not a good film"))
    scored
    return (scored,)


@app.cell
def _(mo, scored):
    mo.md(f"Python explains {scored.widget.attributions[0].target} of: {scored.value['text']}")
    return


if __name__ == "__main__":
    app.run()
`;

describe("widgets in marimo", () => {
  const opened = openPage();
  const view = () => new AttentionView(opened.page);
  const python = () => opened.page.getByText(/^Python sees layer/).textContent();
  const scored = () => opened.page.locator(".xai-root").nth(1);
  const explained = () => opened.page.getByText(/^Python explains/).textContent();
  let folder: string;
  let server: ServerProcess;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "xai-marimo-"));
    await writeFile(path.join(folder, "app.py"), APP);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    server = await startServer(
      PYTHON,
      [
        "-m",
        "marimo",
        "run",
        "app.py",
        "--headless",
        "--no-token",
        "--host",
        "127.0.0.1",
        "--port",
        String(port),
      ],
      { cwd: folder, env: inject("jupyter").environment, url: `${url}/health`, within: 60_000 },
    );
    try {
      await opened.page.goto(url);
      await view().root.waitFor({ timeout: 60_000 });
    } catch (error) {
      await keepEvidence(opened, "marimo-opening");
      throw error;
    }
  });

  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test("draws, and tells Python which layer is on show", async () => {
    await expect.poll(() => view().words("Queries")).toEqual(["[CLS]", "not", "a", "good", "film", "[SEP]"]);
    const { colours } = await view().painted(view().root.locator(".xai-lines-canvas"));
    expect(colours).toBeGreaterThan(10);
    await view().root.getByRole("button", { name: "Layer after" }).click();
    await expect.poll(python).toBe("Python sees layer 1 of: not a good film");
  });

  test("runs the model on what is typed, and then the cells that look at it", async () => {
    await view().type("a wonderful film");
    await expect.poll(() => view().words("Keys")).toEqual(["[CLS]", "a", "wonderful", "film", "[SEP]"]);
    await expect.poll(python).toBe("Python sees layer 1 of: a wonderful film");
  });

  test("colours a text by its scores, and explains another answer when it is clicked", async () => {
    const chips = scored().locator(".xai-chip");
    await expect.poll(() => chips.allTextContents()).toEqual(["[CLS]", "not", "a", "good", "film", "[SEP]"]);
    const colours = await chips.evaluateAll((all) => all.map((one) => getComputedStyle(one).backgroundColor));
    expect(new Set(colours).size).toBeGreaterThan(3);
    expect(await explained()).toBe("Python explains class 'negative' of: not a good film");
    await scored().locator(".xai-candidate").getByText("positive", { exact: true }).click();
    await expect.poll(explained).toBe("Python explains class 'positive' of: not a good film");
    await scored().locator("textarea[name=text]").fill("a wonderful film");
    await scored().locator("textarea[name=text]").press("Enter");
    await expect.poll(explained).toBe("Python explains class 'positive' of: a wonderful film");
  });
});
