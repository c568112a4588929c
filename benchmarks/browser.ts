/**
 * What a person waits for in JupyterLab: the first picture, another layer, another token pointed at; and what it costs in
 * bytes and memory. 12 layers x 12 heads, random weights. Started by `python benchmarks/browser.py`, which says more.
 */
import { writeFile } from "node:fs/promises";
import { test } from "vitest";
import { openNotebook } from "../tests/browser/harness/notebook.js";

const LENGTHS = (process.env.XAI_LENGTHS ?? "128,512,2048,4096").split(",").map(Number);
const REPEATS = 5;
const SWITCHES = 20;
const HOVERS = 60;

const opened = openNotebook("benchmark", [
  `import torch
import transformers
import xai_widgets as xai
from xai_widgets.attention.captured import attention_map
from xai_widgets.models.capture import capture
from xai_widgets.text import TokenSequence

def made(length):
    torch.manual_seed(0)
    config = transformers.GPT2Config(n_positions=length, vocab_size=2000, bos_token_id=1, eos_token_id=1)
    model = transformers.GPT2Model(config).eval()
    arguments = {"input_ids": (torch.arange(length) % 1999)[None], "use_cache": False}
    found = capture(model, arguments, encoder_decoder=False, tick=lambda *_: None)
    tokens = TokenSequence.from_strings([f"t{position}" for position in range(length)])
    return attention_map(found, {"self": (tokens, tokens)}, model_name="GPT-2 small, random weights")`,
  "w = None",
  "w",
]);

/** In the page: when canvases were last drawn on, what was slow, and how many bytes came. */
function watch(): void {
  const seen = { drawn: 0, first: new Map<string, number>(), long: [] as number[] };
  const draw = CanvasRenderingContext2D.prototype.clearRect;
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    seen.drawn = performance.now();
    if (!seen.first.has(this.canvas.className)) seen.first.set(this.canvas.className, seen.drawn);
    draw.apply(this, box);
  };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.long.push(entry.duration);
  }).observe({ type: "longtask" });
  Object.assign(window, { seen });
}

interface Seen {
  drawn: number;
  /** When each sort of canvas was drawn on for the first time. */
  first: Map<string, number>;
  long: number[];
}
declare global {
  interface Window {
    seen: Seen;
  }
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const high = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.95)]!;
const rounded = (value: number) => Math.round(value * 10) / 10;

/** From an action until the page has drawn for the last time: nothing more for a while, and the frame is out. */
function settledAfter(start: number): Promise<number> {
  const quiet = 200;
  return new Promise((resolve) => {
    const look = () => {
      const { drawn } = window.seen;
      const busy = /Fetching|Running/.test(document.querySelector<HTMLElement>(".xai-status")?.innerText ?? "");
      if (!busy && drawn > start && performance.now() - drawn > quiet) resolve(drawn - start);
      else setTimeout(look, 10);
    };
    look();
  });
}

test("measures", async () => {
  const { page, jupyter } = opened;
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Network.enable");
  let bytes = 0;
  devtools.on("Network.webSocketFrameReceived", ({ response }) => {
    bytes += response.opcode === 2 ? (response.payloadData.length * 3) / 4 : response.payloadData.length;
  });
  const heap = async () => {
    await devtools.send("HeapProfiler.collectGarbage");
    return (await devtools.send("Runtime.getHeapUsage")).usedSize;
  };
  await page.evaluate(watch);
  const last = page.locator(".jp-CodeCell").nth(2);
  const rows = [];
  for (const length of LENGTHS) {
    await jupyter.python(`w = None\nattention = made(${length})`);
    const first: number[] = [];
    const before = await heap();
    let cost = 0;
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      await jupyter.python("import ipywidgets; ipywidgets.Widget.close_all()");
      await page.evaluate(() => window.jupyterapp.commands.execute("notebook:clear-all-cell-outputs"));
      await last.locator(".cm-content").fill("w = xai.AttentionWidget(attention=attention); w");
      bytes = 0;
      const time = await page.evaluate(async () => {
        window.seen.first.clear();
        const start = performance.now();
        await window.jupyterapp.commands.execute("notebook:run-cell");
        return new Promise<number>((resolve) => {
          const look = () => {
            // Thumbnails of long texts get better afterwards: that is drawn too, and not waited for.
            const parts = ["xai-grid-canvas", "xai-lines-canvas"].map((name) => window.seen.first.get(name));
            const drawn = Math.max(...parts.map((time) => time ?? Number.POSITIVE_INFINITY));
            if (drawn < Number.POSITIVE_INFINITY) resolve(drawn - start);
            else setTimeout(look, 10);
          };
          look();
        });
      });
      first.push(time);
      cost = bytes;
      // What a notebook keeps of it is made a moment later.
      await page.waitForTimeout(2000);
    }
    const long = await page.evaluate(() => Math.max(0, ...window.seen.long));
    const root = page.locator(".xai-root");
    await root.scrollIntoViewIfNeeded();
    // What gets better by itself is not what a person waits for.
    await page.waitForFunction(() => !document.querySelector(".xai-grid")?.textContent?.includes("some of its rows"), null, {
      timeout: 120_000,
    });
    const switches: number[] = [];
    for (let turn = 0; turn < SWITCHES; turn++) {
      const direction = Math.floor(turn / 11) % 2 === 0 ? "›" : "‹";
      const button = root.locator(".xai-stepper button", { hasText: direction });
      await button.scrollIntoViewIfNeeded();
      const started = page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            window.addEventListener("click", (event) => resolve(event.timeStamp), { once: true, capture: true });
          }),
      );
      await button.click();
      switches.push(await page.evaluate(settledAfter, await started));
    }
    const columns = root.locator(".xai-lines-body");
    await columns.scrollIntoViewIfNeeded();
    const box = (await columns.boundingBox())!;
    await page.evaluate(() => {
      const hovers: number[] = [];
      Object.assign(window, { hovers });
      window.addEventListener(
        "pointermove",
        (event) =>
          requestAnimationFrame(() => {
            const channel = new MessageChannel();
            channel.port1.onmessage = () => hovers.push(performance.now() - event.timeStamp);
            channel.port2.postMessage(null);
          }),
        true,
      );
    });
    for (let turn = 0; turn < HOVERS; turn++) {
      await page.mouse.move(box.x + 40, box.y + 20 + ((turn * 37) % Math.min(400, box.height - 40)));
      await page.waitForTimeout(60);
    }
    const hovers = await page.evaluate(() => (window as unknown as { hovers: number[] }).hovers);
    rows.push({
      tokens: length,
      first: { median: rounded(median(first)), worst: rounded(Math.max(...first)) },
      switch: { median: rounded(median(switches)), p95: rounded(high(switches)) },
      hover: { median: rounded(median(hovers)), p95: rounded(high(hovers)) },
      bytes: Math.round(cost),
      heap: (await heap()) - before,
      longest_task: rounded(long),
    });
    console.log(JSON.stringify(rows.at(-1)));
    await writeFile(process.env.XAI_FIGURES ?? "browser.json", JSON.stringify({ repeats: REPEATS, rows }, null, 1));
  }
});
