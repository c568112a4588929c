/**
 * A notebook that was run, saved and closed: what is there without a kernel, in JupyterLab and Notebook 7, trusted or not,
 * and as a page that nbconvert makes of it.
 */
import { copyFile, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { AttentionView } from "./harness/attention_view.js";
import { openPage } from "./harness/browser.js";
import { SENTIMENT } from "./harness/cells.js";
import { JupyterPage } from "./harness/jupyter_page.js";
import { writeNotebook } from "./harness/notebook_file.js";
import { python, runPython } from "./harness/python.js";

/** Longer than a thumbnail: what is not looked at is not kept. */
const TEXT = Array(4).fill("the film is not good but the music is wonderful").join(" and ");
const WORDS = ["[CLS]", ...TEXT.split(" "), "[SEP]"];
/** Rows that are out of sight are not in the page. */
const FIRST = WORDS.slice(0, 12);
const REST = "Run the cell to ask the model.";

const opened = openPage();
const view = (index = 0) => new AttentionView(opened.page, index);
const bar = () => opened.page.locator(".xai-kept-words");
const file = (name: string) => path.join(inject("jupyter").root, name);
let jupyter: JupyterPage;
let weight: (layer: number, query: number, key: number) => number;

/** The outputs of the first cell, each with what a person sees of it. */
function outputs() {
  return opened.page.locator(".jp-OutputArea-output").evaluateAll((found) =>
    found.map((output) => {
      const visible = (output as HTMLElement).offsetHeight > 0;
      const kept = output.querySelector(".xai-kept") !== null;
      return `${kept ? "kept" : output.querySelector(".xai-host") ? "live" : "other"} ${visible ? "shown" : "hidden"}`;
    }),
  );
}

const firstWords = async () => (await view().words("Queries")).slice(0, FIRST.length);

async function reads(query: string, layer: number): Promise<void> {
  await view().token("Queries", query).first().hover();
  await expect.poll(() => view().readout.textContent()).toMatch(/looks at: .+, layer \d/);
  expect(await view().readout.textContent()).toContain(`${query} looks at: `);
  expect(await view().readout.textContent()).toContain(`, layer ${layer}, mean of all 4 heads`);
  const read = /looks at: (\S+) ([\d.]+)/.exec((await view().readout.textContent()) ?? "");
  const row = WORDS.indexOf(query);
  const strongest = Math.max(...WORDS.map((_, key) => weight(layer, row, key)));
  expect(Math.abs(Number(read?.[2]) - strongest)).toBeLessThan(0.011);
}

beforeAll(async () => {
  const server = inject("jupyter");
  const cell = `import xai_widgets as xai
w = xai.AttentionWidget(explainer=${SENTIMENT}, text="${TEXT}", presentation=["lines", "matrix"])
w`;
  jupyter = new JupyterPage(opened.page);
  await jupyter.open(server, "lab", await writeNotebook(server.root, "kept", [cell]));
  await jupyter.runAll();
});

describe("while the kernel is there", () => {
  test("the widget alone is shown, and what is looked at is kept", async () => {
    await expect.poll(outputs).toEqual(["kept hidden", "live shown"]);
    await view().root.getByRole("button", { name: "Layer after" }).click();
    await expect.poll(() => jupyter.value("[w.layer, w.keeper.stale]")).toEqual([1, false]);
    expect(await outputs()).toEqual(["kept hidden", "live shown"]);
    // The styles of what is kept leave the widget alone.
    expect(await view().root.getByRole("button", { name: "Run", exact: true }).isVisible()).toBe(true);
  });

  test("nothing of what is kept flashes up when the cell runs again", async () => {
    await opened.page.evaluate(() => {
      const seen: string[] = [];
      Object.assign(window, { seen });
      const look = () => {
        const kept = document.querySelector<HTMLElement>(".xai-kept");
        if (kept !== null && kept.offsetHeight > 0) seen.push(`${kept.offsetHeight} px`);
        requestAnimationFrame(look);
      };
      look();
    });
    await jupyter.runAll();
    await expect.poll(outputs).toEqual(["kept hidden", "live shown"]);
    await view().root.getByRole("button", { name: "Layer after" }).click();
    await expect.poll(() => jupyter.value("[w.layer, w.keeper.stale]")).toEqual([1, false]);
    expect(await opened.page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual([]);
  });

  test("it is saved and closed", async () => {
    const all = await jupyter.value<number[][][]>(
      "[w.attention.weights(layer).mean(0).tolist() for layer in (0, 1)]",
    );
    weight = (layer, query, key) => all[layer]?.[query]?.[key] as number;
    await jupyter.save();
    await jupyter.shutDown();
    const { cells } = JSON.parse(await readFile(file("kept.ipynb"), "utf8"));
    expect(cells[0].outputs.map(({ data }: { data: object }) => Object.keys(data).sort())).toEqual([
      ["image/png", "text/html", "text/plain"],
      ["application/vnd.jupyter.widget-view+json", "text/plain"],
    ]);
  });
});

describe("JupyterLab without a kernel", () => {
  beforeAll(() => jupyter.openWithoutKernel(inject("jupyter"), "kept.ipynb"));

  test("shows the view as it stood, and says what it holds", async () => {
    await expect.poll(outputs).toEqual(["kept shown", "other hidden"]);
    await expect.poll(firstWords).toEqual(FIRST);
    await expect.poll(() => view().layer.inputValue()).toBe("1");
    expect(await bar().textContent()).toBe(`Saved view: layers 0 and 1. ${REST}`);
    for (const canvas of [".xai-lines-canvas", ".xai-matrix-cells"]) {
      const { colours } = await view().painted(view().root.locator(canvas));
      expect(colours).toBeGreaterThan(10);
    }
  });

  test("reads tokens and switches between the layers that were looked at", async () => {
    await reads("good", 1);
    await view().root.getByRole("button", { name: "Layer before" }).click();
    await expect.poll(() => view().layer.inputValue()).toBe("0");
    await reads("wonderful", 0);
    await view().token("Queries", "not").first().click();
    await expect
      .poll(() => view().token("Queries", "not").first().getAttribute("aria-selected"))
      .toBe("true");
  });

  test("has words for what was not kept", async () => {
    await view().layer.selectOption("3");
    await expect
      .poll(() => bar().textContent())
      .toBe(`Layer 3 was not kept; what was: layers 0 and 1. ${REST}`);
    await expect.poll(() => view().layer.inputValue()).toBe("0");
    expect(await view().text.isEditable()).toBe(false);
    await view().text.press("Enter");
    await expect.poll(() => view().failure.textContent()).toContain(`There is no model here. ${REST}`);
  });

  test("follows JupyterLab into the dark", async () => {
    await jupyter.theme(true);
    await expect.poll(() => view().root.getAttribute("data-theme")).toBe("dark");
    await jupyter.theme(false);
    await expect.poll(() => view().root.getAttribute("data-theme")).toBe("light");
  });
});

test("a new kernel and a run bring the widget back in its place", async () => {
  await copyFile(file("kept.ipynb"), file("again.ipynb"));
  await jupyter.open(inject("jupyter"), "lab", "again.ipynb");
  await expect.poll(outputs).toEqual(["kept shown", "other hidden"]);
  await jupyter.runAll();
  await expect.poll(outputs).toEqual(["kept hidden", "live shown"]);
  await jupyter.save();
  await jupyter.shutDown();
});

test("an untrusted notebook shows the picture, and words", async () => {
  const notebook = JSON.parse(await readFile(file("kept.ipynb"), "utf8"));
  notebook.cells[0].source = `# written by somebody else\n${notebook.cells[0].source}`;
  await writeFile(file("untrusted.ipynb"), JSON.stringify(notebook));
  await jupyter.openWithoutKernel(inject("jupyter"), "untrusted.ipynb");
  const picture = opened.page.getByRole("img", { name: /^Attention of “the film is not good/ });
  await expect
    .poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth))
    .toBeGreaterThan(400);
  expect(await opened.page.getByText("Run the cell to see the widget live.").isVisible()).toBe(true);
  expect(await opened.page.locator(".xai-kept script, .xai-kept style, .xai-root").count()).toBe(0);
});

test("Notebook 7 shows the view too", async () => {
  await jupyter.open(inject("jupyter"), "notebook", "kept.ipynb");
  await expect.poll(outputs).toEqual(["kept shown", "other hidden"]);
  await expect.poll(firstWords).toEqual(FIRST);
  await reads("good", 1);
});

/** Of the libraries that nbconvert's page asks the network for, the view needs none. */
const ALONE = ["mathjax_url", "require_js_url", "widget_renderer_url"].map(
  (name) => `--HTMLExporter.${name}=data:text/javascript,`,
);

test("the page that nbconvert makes is interactive, from the disk and without a network", async () => {
  await python("-m", "nbconvert", "--to", "html", "--log-level=ERROR", ...ALONE, "kept.ipynb");
  await opened.page.goto(pathToFileURL(file("kept.html")).href);
  await expect.poll(firstWords).toEqual(FIRST);
  expect(await opened.page.getByText("Run the cell to see the widget live.").isVisible()).toBe(false);
  await reads("good", 1);
  await view().root.getByRole("button", { name: "Layer before" }).click();
  await reads("good", 0);
});

describe("a notebook with the widgets' state in it", () => {
  beforeAll(async () => {
    // What nbclient stores, and JupyterLab where a person asks for it; some programs drop the bytes.
    await runPython(`
import nbclient, nbformat.sign
notebook = nbformat.read("kept.ipynb", as_version=4)
nbclient.NotebookClient(notebook, kernel_name="python3").execute()
nbformat.write(notebook, "state.ipynb")
for model in notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"].values():
    model.pop("buffers", None)
nbformat.write(notebook, "dropped.ipynb")
nbformat.sign.TrustNotebookApp.launch_instance(["state.ipynb", "dropped.ipynb"])`);
  });

  test("shows what was kept where there is no kernel", async () => {
    await jupyter.openWithoutKernel(inject("jupyter"), "state.ipynb");
    await expect.poll(outputs).toEqual(["kept shown", "other hidden"]);
    await expect.poll(firstWords).toEqual(FIRST);
  });

  test("shows what was kept where another kernel is, and the bytes were dropped", async () => {
    await jupyter.open(inject("jupyter"), "lab", "dropped.ipynb");
    // ipywidgets makes the widget anew from the file, and nobody answers it.
    await expect.poll(outputs).toEqual(["kept shown", "live hidden"]);
    await expect.poll(firstWords).toEqual(FIRST);
  });

  test("becomes an interactive page", async () => {
    await python("-m", "nbconvert", "--to", "html", "--log-level=ERROR", ...ALONE, "state.ipynb");
    await opened.page.goto(pathToFileURL(file("state.html")).href);
    await expect.poll(firstWords).toEqual(FIRST);
    await reads("good", 0);
  });
});
