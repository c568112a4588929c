/**
 * What a person waits for in JupyterLab: the first picture, another layer, another token pointed at, zooming; and what it
 * costs in bytes and memory. 12 layers x 12 heads, random weights. Started by `benchmarks/browser.py`, which says
 * what each figure is.
 */
import { writeFile } from "node:fs/promises";
import type { Locator, Page } from "playwright-core";
import { test } from "vitest";
import { openNotebook } from "../tests/browser/harness/notebook.js";

const LENGTHS = (process.env.XAI_LENGTHS ?? "128,512,2048,4096").split(",").map(Number);
const REPEATS = 5;
/** Widgets in which steps are made; in the others jumps. */
const STEPPING = 2;
/** Layers that nobody could foresee: none is beside the one before, none next in its direction, and none was there. */
const JUMPS = [2, 6, 9, 4, 8, 11, 5];
const HOVERS = 60;
const GESTURES = 90;

const opened = openNotebook("benchmark", [
  `import anywidget
import torch
import transformers
import xai_widgets as xai
from IPython.display import HTML, display
from xai_widgets.attention.captured import attention_map
from xai_widgets.models.capture import capture
from xai_widgets.text import TokenSequence

class Empty(anywidget.AnyWidget):
    _esm = "export default { render({ el }) { el.textContent = 'nothing'; } }"

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

interface Seen {
  /** When a frame in which canvases were drawn on was last painted. */
  painted: number;
  /** When each sort of canvas was first painted. */
  first: Map<string, number>;
  /** When the widget came into the page. */
  rendered: number;
  long: { start: number; duration: number }[];
  /** Of pointers' moves: until the frame was painted, from when the page heard of them, and from when they were made. */
  moves: { heard: number; made: number }[];
  frames: number[];
}
declare global {
  interface Window {
    seen: Seen;
  }
}

/** In the page: when canvases were painted, when the widget came, what was slow, and how long pointers waited. */
function watch(): void {
  const seen: Seen = { painted: 0, first: new Map(), rendered: Number.POSITIVE_INFINITY, long: [], moves: [], frames: [] };
  /** A task after the frame that is being made: its canvases were rastered and it was handed over to be shown. */
  const painted = (act: () => void) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = act;
    channel.port2.postMessage(null);
  };
  const draw = CanvasRenderingContext2D.prototype.clearRect;
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    draw.apply(this, box);
    const name = this.canvas.className;
    painted(() => {
      seen.painted = performance.now();
      if (!seen.first.has(name)) seen.first.set(name, seen.painted);
    });
  };
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) seen.long.push({ start: startTime, duration });
  }).observe({ type: "longtask" });
  new MutationObserver(() => {
    if (document.querySelector(".xai-root") !== null) seen.rendered = Math.min(seen.rendered, performance.now());
  }).observe(document.body, { childList: true, subtree: true });
  window.addEventListener(
    "pointermove",
    ({ timeStamp }) => {
      const heard = performance.now();
      requestAnimationFrame(() =>
        painted(() => {
          const now = performance.now();
          seen.moves.push({ heard: now - heard, made: now - timeStamp });
        }),
      );
    },
    true,
  );
  const frame = (time: number) => {
    seen.frames.push(time);
    requestAnimationFrame(frame);
  };
  Object.assign(window, { seen, countFrames: () => requestAnimationFrame(frame) });
}

const share = (values: number[], part: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))]!;
const rounded = (value: number) => Math.round(value * 10) / 10;
const spread = (values: number[]) => ({
  median: rounded(share(values, 0.5)),
  p95: rounded(share(values, 0.95)),
  worst: rounded(Math.max(...values)),
  count: values.length,
});

/** Runs the cell, and says how long it took until all of these were painted. */
async function run(page: Page, canvases: string[]): Promise<number> {
  return page.evaluate(async (canvases) => {
    const { seen } = window;
    seen.first.clear();
    [seen.long, seen.rendered] = [[], Number.POSITIVE_INFINITY];
    const start = performance.now();
    await window.jupyterapp.commands.execute("notebook:run-cell");
    return new Promise<number>((resolve) => {
      const look = () => {
        const last = Math.max(...canvases.map((name) => seen.first.get(name) ?? Number.POSITIVE_INFINITY));
        if (canvases.length === 0) setTimeout(() => resolve(performance.now() - start), 1500);
        else if (last < Number.POSITIVE_INFINITY) resolve(last - start);
        else setTimeout(look, 10);
      };
      look();
    });
  }, canvases);
}

/** From an action until the page was painted for the last time: nothing more for a while. */
function settledAfter(start: number): Promise<number> {
  const quiet = 250;
  return new Promise((resolve) => {
    const look = () => {
      const { painted } = window.seen;
      const busy = /Fetching|Running/.test(document.querySelector<HTMLElement>(".xai-status")?.innerText ?? "");
      if (!busy && painted > start && performance.now() - painted > quiet) resolve(painted - start);
      else setTimeout(look, 10);
    };
    look();
  });
}

/** When the next event of a kind was made. */
const madeAt = (page: Page, kind: string) =>
  page.evaluate(
    (kind) =>
      new Promise<number>((resolve) => {
        window.addEventListener(kind, ({ timeStamp }) => resolve(timeStamp), { once: true, capture: true });
      }),
    kind,
  );

/** Milliseconds that steps from layer to layer took, and jumps to layers that were not to be foreseen. */
async function changeLayers(page: Page, root: Locator, steps: number[], jumps: number[], jumping: boolean) {
  const select = root.locator(".xai-layer select");
  if (!jumping) {
    const button = root.locator(".xai-stepper button", { hasText: "›" });
    for (let layer = 1; layer < 12; layer++) {
      const made = madeAt(page, "click");
      await button.click();
      steps.push(await page.evaluate(settledAfter, await made));
    }
    return;
  }
  for (const layer of JUMPS) {
    const made = madeAt(page, "change");
    await select.selectOption(String(layer));
    jumps.push(await page.evaluate(settledAfter, await made));
  }
}

/** Points at one place after another; and the same where all that happens is that an element changes its colour. */
async function point(page: Page, target: Locator): Promise<Seen["moves"]> {
  await target.scrollIntoViewIfNeeded();
  const box = (await target.boundingBox())!;
  await page.mouse.move(box.x + 40, box.y + 10);
  await page.waitForTimeout(300);
  await page.evaluate(() => {
    window.seen.moves = [];
  });
  for (let turn = 0; turn < HOVERS; turn++) {
    await page.mouse.move(box.x + 40, box.y + 20 + ((turn * 37) % Math.min(400, box.height - 40)));
    // Not in step with the frames, so that every moment of a frame comes up.
    await page.waitForTimeout(50 + ((turn * 7) % 17));
  }
  return page.evaluate(() => window.seen.moves);
}

/** Frames while something is done again and again, and how many of them came late. */
async function framesOf(page: Page, act: () => Promise<void>): Promise<{ frames: number; late: number }> {
  await page.evaluate(() => {
    window.seen.frames = [];
  });
  await act();
  const times = await page.evaluate(() => window.seen.frames);
  const lengths = times.slice(1).map((time, index) => time - times[index]!);
  return { frames: lengths.length, late: lengths.filter((length) => length > 20).length };
}

async function zoomAndPan(page: Page, target: Locator) {
  await target.scrollIntoViewIfNeeded();
  const box = (await target.boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.keyboard.down("Control");
  const zoom = await framesOf(page, async () => {
    for (let turn = 0; turn < GESTURES; turn++) await page.mouse.wheel(0, turn < GESTURES / 2 ? -8 : 6);
  });
  await page.keyboard.up("Control");
  await page.mouse.down();
  const pan = await framesOf(page, async () => {
    for (let turn = 0; turn < GESTURES; turn++) {
      await page.mouse.move(x + 60 * Math.sin(turn / 6), y + 60 * Math.sin(turn / 9));
    }
  });
  await page.mouse.up();
  return { zoom, pan };
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
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  /** Milliseconds that the page's thread took of the processor, whatever else ran beside it. */
  const processor = async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    return 1000 * metrics.find(({ name }) => name === "TaskDuration")!.value;
  };
  await page.evaluate(watch);
  const last = page.locator(".jp-CodeCell").nth(2);
  const root = page.locator(".xai-root");
  const prepare = async (code: string) => {
    await jupyter.python("import ipywidgets; ipywidgets.Widget.close_all()");
    await page.evaluate(() => window.jupyterapp.commands.execute("notebook:clear-all-cell-outputs"));
    await last.locator(".cm-content").fill(code);
    // A pointer that rests where the layers will be would ask for the next one.
    await page.mouse.move(0, 0);
    bytes = 0;
  };
  const longest = (from: "start" | "rendered") =>
    page.evaluate((from) => {
      const { long, rendered } = window.seen;
      const since = from === "rendered" ? rendered : 0;
      return Math.max(0, ...long.filter(({ start }) => start >= since).map(({ duration }) => duration));
    }, from);
  const before = await heap();
  const rows = [];
  for (const length of LENGTHS) {
    await jupyter.python(`w = None\nattention = made(${length})`);
    const first: number[] = [];
    const tasks = { empty: [] as number[], all: [] as number[], after: [] as number[] };
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      await prepare("display(HTML('a line')); w = Empty(); w");
      await run(page, []);
      tasks.empty.push(await longest("start"));
    }
    let cost = 0;
    const [steps, jumps]: number[][] = [[], []];
    let stepping = 0;
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      await prepare("w = xai.AttentionWidget(attention=attention); w");
      first.push(await run(page, ["xai-grid-canvas", "xai-lines-canvas"]));
      cost = bytes;
      // What a notebook keeps of it is made a moment later.
      await page.waitForTimeout(2000);
      tasks.all.push(await longest("start"));
      tasks.after.push(await longest("rendered"));
      await root.scrollIntoViewIfNeeded();
      // What gets better by itself is not what a person waits for.
      await page.waitForFunction(
        () => !document.querySelector(".xai-grid")?.textContent?.includes("some of its rows"),
        null,
        { timeout: 180_000 },
      );
      const jumping = repeat >= STEPPING;
      const since = await processor();
      await changeLayers(page, root, steps!, jumps!, jumping);
      if (!jumping) stepping += (await processor()) - since;
    }
    const since = await processor();
    const moves = await point(page, root.locator(".xai-lines-body"));
    const pointing = (await processor()) - since;
    const held = (await heap()) - before;
    await page.evaluate(() => (window as unknown as { countFrames(): void }).countFrames());
    const { zoom, pan } = await zoomAndPan(page, root.locator(".xai-matrix-grid"));
    // The same gestures, where a page does as little as one can: what is left is the browser's, and the machine's.
    await page.evaluate(() => {
      const plain = document.createElement("div");
      plain.className = "plain";
      plain.style.cssText = "position:fixed;inset:100px 300px;z-index:99999;background:#fff";
      plain.onpointermove = () => {
        requestAnimationFrame((time) => {
          plain.style.color = `rgb(${Math.floor(time) % 256} 0 0)`;
          plain.textContent = String(time);
        });
      };
      plain.onwheel = (event) => event.preventDefault();
      document.body.append(plain);
    });
    const plain = page.locator(".plain");
    const plainMoves = await point(page, plain);
    const plainFrames = await zoomAndPan(page, plain);
    await page.evaluate(() => document.querySelector(".plain")?.remove());
    rows.push({
      tokens: length,
      first: spread(first),
      step: spread(steps!),
      jump: spread(jumps!),
      processor: { step: rounded(stepping / steps!.length), hover: rounded(pointing / moves.length) },
      hover: spread(moves.map(({ heard }) => heard)),
      hover_waiting: spread(moves.map(({ made }) => made)),
      plain_hover: spread(plainMoves.map(({ heard }) => heard)),
      plain_hover_waiting: spread(plainMoves.map(({ made }) => made)),
      zoom,
      pan,
      plain_zoom: plainFrames.zoom,
      plain_pan: plainFrames.pan,
      bytes: Math.round(cost),
      heap: held,
      longest_task: {
        empty: spread(tasks.empty),
        all: spread(tasks.all),
        after: spread(tasks.after),
      },
    });
    console.log(JSON.stringify(rows.at(-1)));
    await writeFile(process.env.XAI_FIGURES!, JSON.stringify({ repeats: REPEATS, rows }, null, 1));
  }
});
