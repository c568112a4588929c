/**
 * BertViz's two views and SHAP's text plot beside the widgets, in one JupyterLab: until they are drawn, another layer, a
 * token pointed at, bytes and heap. Started by `peers.py`, which says more.
 */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { CDPSession, Page } from "playwright-core";
import { test } from "vitest";
import { openNotebook } from "../tests/browser/harness/notebook.js";
import { settled, watchPaints } from "./painted.js";

const REPEATS = 5;
/** A view that takes longer to draw than this, in milliseconds, is drawn once. */
const ONCE_FROM = 12_000;
const LENGTHS = (process.env.XAI_LENGTHS ?? "32,64,128").split(",").map(Number);
const SCRIPTS = process.env.XAI_PEER_SCRIPTS!;

/** The scripts that BertViz loads from the network, from the peers' environment: there is no network here. */
const FETCHED: Record<string, string> = {
  "require.min.js": "requirejs/require.js",
  "d3.min.js": "d3/dist/d3.min.js",
  "jquery.min.js": "jquery/dist/jquery.min.js",
};

interface View {
  name: string;
  /** The line that shows it; `attention` and `tokens` are there, and `explanation`. */
  code: string;
  /** What is on the page once it is drawn. */
  shown: string[];
  /** In the page: shows another layer. */
  another?: () => void;
  /** What a person points at. */
  tokens?: string;
  /** An expression that says how many bytes the view takes in the page. */
  bytes: string;
}

const PAYLOAD = "sent(w.payload)";

const ATTENTION: View[] = [
  {
    name: "AttentionWidget",
    code: "w = xai.AttentionWidget(attention=attention); w",
    shown: [".xai-grid-canvas", ".xai-lines-canvas"],
    another: () => {
      const steps = [...document.querySelectorAll<HTMLButtonElement>(".xai-stepper button")];
      steps.findLast((button) => button.textContent?.includes("›"))!.click();
    },
    tokens: ".xai-tokens .xai-token",
    bytes: PAYLOAD,
  },
  {
    name: "BertViz head view",
    code: "bertviz.head_view(weights, tokens)",
    shown: ["svg line"],
    another: () => {
      const layer = document.querySelector<HTMLSelectElement>(".jp-OutputArea #layer")!;
      layer.selectedIndex = (layer.selectedIndex + 1) % layer.options.length;
      layer.dispatchEvent(new Event("change"));
    },
    tokens: "svg text",
    bytes: "len(bertviz.head_view(weights, tokens, html_action='return').data)",
  },
  {
    name: "BertViz model view",
    code: "bertviz.model_view(weights, tokens)",
    shown: ["svg line"],
    bytes: "len(bertviz.model_view(weights, tokens, html_action='return').data)",
  },
];

const SCORES: View[] = [
  {
    name: "AttributionWidget",
    code: "w = xai.AttributionWidget(attribution=xai.Attribution.from_shap(explanation)); w",
    shown: [".xai-chip"],
    bytes: PAYLOAD,
  },
  {
    name: "SHAP text plot",
    code: "shap.plots.text(explanation)",
    shown: ["svg"],
    bytes: "len(shap.plots.text(explanation, display=False))",
  },
];

const opened = openNotebook("peers", [
  `import json, logging
import numpy as np
import bertviz, shap, torch
import xai_widgets as xai
logging.disable(logging.WARNING)

def made(length):
    weights = list(torch.randn(12, 1, 12, length, length).softmax(-1))
    tokens = [f"t{position}" for position in range(length)]
    return weights, tokens, xai.AttentionMap.from_tensors(weights, tokens)

def sent(payload):
    arrays = sum(len(array["data"]) for array in payload["arrays"].values())
    return arrays + len(json.dumps(payload, default=lambda _bytes: None))

def explained(length, outputs):
    values = np.random.default_rng(0).normal(size=(length, outputs))
    words = [f"word{position} " for position in range(length)]
    names = [f"class {number}" for number in range(outputs)]
    return shap.Explanation(values, np.zeros(outputs), np.array(words, object), output_names=names)`,
  "None",
]);

const rounded = (value: number) => Math.round(value * 10) / 10;

class Peers {
  constructor(
    readonly page: Page,
    readonly devtools: CDPSession,
  ) {}

  /** Shows a view some times, then another layer and tokens. */
  async measure(view: View) {
    const before = await this.heap();
    const drawn: number[] = [];
    while (drawn.length < REPEATS && (drawn[0] ?? 0) < ONCE_FROM) {
      await this.clear();
      drawn.push(await this.draw(view));
    }
    const heap = (await this.heap()) - before;
    const switches: number[] = [];
    for (let turn = 0; view.another && turn < REPEATS; turn++) {
      const start = await this.page.evaluate(() => performance.now());
      await this.page.evaluate(view.another);
      switches.push(await this.page.evaluate(settled, { start, shown: view.shown }));
    }
    const hovers = view.tokens === undefined ? [] : await this.hover(view.tokens);
    const bytes = Number(await opened.jupyter.python(`print(${view.bytes})`));
    await this.clear();
    const figures = { view: view.name, drawn: drawn.map(rounded), switches: switches.map(rounded) };
    return { ...figures, hovers: hovers.map(rounded), bytes, heap };
  }

  private async draw({ code, shown }: View): Promise<number> {
    await this.page.locator(".jp-CodeCell").nth(1).locator(".cm-content").fill(code);
    const start = await this.page.evaluate(() => {
      const start = performance.now();
      void window.jupyterapp.commands.execute("notebook:run-cell");
      return start;
    });
    return this.page.evaluate(settled, { start, shown });
  }

  private async clear(): Promise<void> {
    await opened.jupyter.python("import ipywidgets; ipywidgets.Widget.close_all()");
    await this.page.evaluate(() => window.jupyterapp.commands.execute("notebook:clear-all-cell-outputs"));
    await this.page.waitForTimeout(500);
  }

  private async heap(): Promise<number> {
    await this.devtools.send("HeapProfiler.collectGarbage");
    return (await this.devtools.send("Runtime.getHeapUsage")).usedSize;
  }

  /** Milliseconds from a pointer's event on each of some tokens to the frame after it. */
  private async hover(tokens: string): Promise<number[]> {
    await this.page.evaluate(() => {
      const hovers: number[] = [];
      Object.assign(window, { hovers });
      window.addEventListener(
        "mouseover",
        (event) =>
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => hovers.push(performance.now() - event.timeStamp);
            port2.postMessage(null);
          }),
        true,
      );
    });
    const found = this.page.locator(`.jp-OutputArea ${tokens}`);
    await found.first().scrollIntoViewIfNeeded();
    for (let turn = 0; turn < 10; turn++) {
      const box = await found.nth(turn).boundingBox();
      if (box === null) continue;
      await this.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await this.page.waitForTimeout(150);
    }
    return this.page.evaluate(() => (window as unknown as { hovers: number[] }).hovers);
  }
}

test("measures", async () => {
  const { page, jupyter } = opened;
  await page.route("https://cdnjs.cloudflare.com/**", (route) =>
    route.fulfill({ path: path.join(SCRIPTS, FETCHED[path.basename(new URL(route.request().url()).pathname)]!) }),
  );
  page.setDefaultTimeout(240_000);
  // BertViz's first script is there before the second: JupyterLab runs them without waiting for one another.
  await page.addScriptTag({ path: path.join(SCRIPTS, "requirejs/require.js") });
  await page.evaluate(watchPaints);
  const peers = new Peers(page, await page.context().newCDPSession(page));
  const rows: object[] = [];
  const measured = async (figures: object) => {
    rows.push(figures);
    console.log(JSON.stringify(figures));
    await writeFile(process.env.XAI_FIGURES!, JSON.stringify({ rows }));
  };
  for (const tokens of LENGTHS) {
    await jupyter.python(`weights, tokens, attention = made(${tokens})`);
    for (const view of ATTENTION) await measured({ tokens, ...(await peers.measure(view)) });
  }
  for (const [tokens, outputs] of [
    [128, 1],
    [512, 1],
    [512, 20],
  ]) {
    await jupyter.python(`explanation = explained(${tokens}, ${outputs})`);
    if (outputs === 1) await jupyter.python("explanation = explanation[:, 0]");
    for (const view of SCORES) await measured({ tokens, outputs, ...(await peers.measure(view)) });
  }
  opened.guard.log.length = 0;
});
