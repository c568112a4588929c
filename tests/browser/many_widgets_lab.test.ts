import type { CDPSession } from "playwright-core";
import { describe, expect, test } from "vitest";
import { SENTIMENT, TRANSLATION } from "./harness/cells.js";
import { openNotebook } from "./harness/notebook.js";

const AT_ONCE = 20;
/** So many are made and closed, so many of each time are shown. */
const ROUNDS = 10;
const SHOWN = 4;
const WARM_UP = 5;

/** Maps and attributions in turn, and two translations; each time of other texts than the time before. */
const opened = openNotebook("many-widgets-lab", [
  `import xai_widgets as xai
from IPython.display import display

reads, writes = ${SENTIMENT}, ${TRANSLATION}
texts = [f"{what} film {number}" for number in range(9) for what in ("a good", "not a good")]
maps = [reads.attention(text) for text in texts]
scores = [reads.attribute(text) for text in texts]
written = writes.generate("The black cat sleeps.")
made = []

def make(count):
    for widget in made:
        widget.close()
    made[:] = [
        xai.TranslationWidget(generation=written) if number % 10 == 9
        else xai.AttributionWidget(attribution=scores[number % 18]) if number % 2
        else xai.AttentionWidget(attention=maps[number % 18])
        for number in range(count)
    ]
    return made`,
  `for widget in make(${AT_ONCE}):
    display(widget)`,
]);

const roots = () => opened.page.locator(".xai-root");
const tokens = (root: number) => roots().nth(root).locator(".xai-token, .xai-chip, .xai-piece");

/** What the page holds on to when the garbage is out. */
interface Held {
  heap: number;
  nodes: number;
  listeners: number;
}

async function held(session: CDPSession): Promise<Held> {
  // What one collection lets go of may have held more; views end a moment after their models.
  for (let round = 0; round < 4; round++) {
    await opened.page.waitForTimeout(250);
    await session.send("HeapProfiler.collectGarbage");
  }
  const { metrics } = await session.send("Performance.getMetrics");
  const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return { heap: of("JSHeapUsedSize"), nodes: of("Nodes"), listeners: of("JSEventListeners") };
}

/** What is more than it was by too much, in words. */
function tooMuch(before: Held, after: Held): string[] {
  const most: Held = {
    heap: 1.1 * before.heap,
    // JupyterLab itself keeps a node or two of each run of a cell.
    nodes: before.nodes + 10 * ROUNDS,
    listeners: before.listeners + ROUNDS,
  };
  return (Object.keys(most) as (keyof Held)[])
    .filter((name) => after[name] > most[name])
    .map((name) => `${name}: ${after[name]} after ${before[name]}`);
}

describe("many widgets in one notebook", () => {
  test("twenty at once are drawn, and work", async () => {
    await expect.poll(() => roots().count()).toBe(AT_ONCE);
    for (let root = 0; root < AT_ONCE; root++) {
      await expect.poll(() => tokens(root).count()).toBeGreaterThan(4);
    }
    // What is clicked in the first and in the last but one reaches Python.
    for (const number of [0, AT_ONCE - 2]) {
      await tokens(number).nth(2).click();
      await expect.poll(() => opened.jupyter.value<number>(`len(made[${number}].selection)`)).toBe(1);
    }
  });

  test("one that is closed leaves the others their looks", async () => {
    const font = () =>
      roots()
        .first()
        .evaluate((root) => getComputedStyle(root).fontFamily);
    const before = await font();
    await opened.jupyter.python("made.pop(2).close()");
    await expect.poll(() => roots().count()).toBe(AT_ONCE - 1);
    await opened.page.waitForTimeout(200);
    expect(await font()).toBe(before);
  });

  test("those that are closed leave nothing in the page", async () => {
    const session = await opened.page.context().newCDPSession(opened.page);
    await session.send("Performance.enable");
    const round = async () => {
      await opened.jupyter.runLast(`for widget in make(${AT_ONCE})[-${SHOWN}:]:\n    display(widget)`);
      await expect.poll(() => roots().count()).toBe(SHOWN);
      for (let root = 0; root < SHOWN; root++)
        await expect.poll(() => tokens(root).count()).toBeGreaterThan(4);
    };
    const emptied = async () => {
      await opened.jupyter.runLast("make(0)");
      await expect.poll(() => roots().count()).toBe(0);
      return held(session);
    };
    // The first times leave what the browser makes of code that runs often.
    for (let count = 0; count < WARM_UP; count++) await round();
    const before = await emptied();
    for (let count = 0; count < ROUNDS; count++) await round();
    let after = await emptied();
    // Some of it is let go of in the page's own time; what leaks never is.
    for (let time = 0; time < 5 && tooMuch(before, after).length > 0; time++) after = await held(session);
    expect(tooMuch(before, after)).toEqual([]);
  }, 240_000);
});
