import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { inNotebook } from "../../js/page/notebook_place.js";

/** Tells that it is seen as soon as it is looked for, unless it is out of sight. */
class Seen {
  static inSight = true;
  constructor(private readonly callback: (entries: { isIntersecting: boolean }[]) => void) {}
  observe(): void {
    this.callback([{ isIntersecting: Seen.inSight }]);
  }
  disconnect(): void {}
}

const NOW = performance.timeOrigin + 60_000;
const LONG_AGO = performance.timeOrigin - 60_000;

let started: AbortSignal[];

/** An output area with what was kept in its first output, and something in the second. */
function outputs(second: string, jupyter = true): { kept: HTMLElement; area: HTMLElement } {
  const classes = `${jupyter ? "lm-Widget " : ""}jp-OutputArea-child`;
  document.body.innerHTML = `
    <div id="area">
      <div class="${classes}"><div><div class="xai-kept"></div></div></div>
      <div class="${classes}">${second}</div>
    </div>`;
  const find = (selector: string) => document.querySelector(selector) as HTMLElement;
  return { kept: find(".xai-kept"), area: find("#area") };
}

function put(kept: HTMLElement, made: number): void {
  kept.dataset.xaiAt = String(made);
  inNotebook(kept, (signal) => started.push(signal));
}

const shown = (kept: HTMLElement) => !kept.hidden && kept.hasAttribute("data-xai-shown");
const settle = () => vi.advanceTimersByTimeAsync(1);

beforeEach(() => {
  started = [];
  Seen.inSight = true;
  vi.useFakeTimers({ now: NOW, toFake: ["setTimeout", "clearTimeout", "Date"] });
  vi.stubGlobal("IntersectionObserver", Seen);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("what was kept, in a notebook", () => {
  it("is shown where no widget comes to life", () => {
    const { kept } = outputs("Error displaying widget: model not found");
    put(kept, LONG_AGO);
    expect([shown(kept), started.length]).toEqual([true, 1]);
  });

  it("leaves the place to the widget itself", () => {
    const { kept } = outputs('<div class="xai-host"></div>');
    put(kept, LONG_AGO);
    expect([kept.hidden, shown(kept), started.length]).toEqual([true, false, 0]);
  });

  it("is shown beside a widget that no kernel answers", () => {
    const { kept } = outputs('<div class="jupyter-widgets-disconnected"><div class="xai-host"></div></div>');
    put(kept, LONG_AGO);
    expect(shown(kept)).toBe(true);
    const { kept: other } = outputs('<div class="xai-host jupyter-widgets-disconnected"></div>');
    put(other, LONG_AGO);
    expect(shown(other)).toBe(true);
  });

  it("does not flash up before a widget whose cell has just run", async () => {
    const { kept, area } = outputs("Loading widget...");
    put(kept, NOW - 100);
    expect(kept.hidden).toBe(true);
    await vi.advanceTimersByTimeAsync(5000);
    expect(kept.hidden).toBe(true);
    (area.lastElementChild as HTMLElement).innerHTML = '<div class="xai-host"></div>';
    await vi.advanceTimersByTimeAsync(30_000);
    expect([kept.hidden, started.length]).toEqual([true, 0]);
  });

  it("is shown after a while where that widget does not come", async () => {
    const { kept } = outputs("Loading widget...");
    put(kept, NOW - 100);
    await vi.advanceTimersByTimeAsync(19_000);
    expect(shown(kept)).toBe(false);
    await vi.advanceTimersByTimeAsync(2000);
    expect([shown(kept), started.length]).toEqual([true, 1]);
  });

  it("waits for nobody where the clocks of kernel and browser differ", () => {
    const { kept } = outputs("Loading widget...");
    put(kept, NOW + 3_600_000);
    expect(shown(kept)).toBe(true);
  });

  it("gives way when the widget comes to life, and starts once", async () => {
    const { kept, area } = outputs("Loading widget...");
    put(kept, LONG_AGO);
    const output = area.lastElementChild as HTMLElement;
    output.innerHTML = '<div class="xai-host"></div>';
    await settle();
    expect(shown(kept)).toBe(false);
    output.firstElementChild?.classList.add("jupyter-widgets-disconnected");
    await settle();
    expect([shown(kept), started.length]).toEqual([true, 1]);
  });

  it("starts when it is scrolled to", () => {
    Seen.inSight = false;
    const { kept } = outputs("");
    put(kept, LONG_AGO);
    expect([shown(kept), started.length]).toEqual([true, 0]);
  });

  it.each([
    ["replaced", (output: Element) => output.firstElementChild?.replaceChildren()],
    ["taken out whole, as when its cell runs again", (output: Element) => output.remove()],
  ])("ends when its output is %s", async (_how, change) => {
    const { kept, area } = outputs("");
    put(kept, LONG_AGO);
    change(area.firstElementChild as Element);
    await settle();
    expect(started[0]?.aborted).toBe(true);
  });
});

describe("what was kept, elsewhere", () => {
  it("knows outputs as the classic notebook has them, live or as a page", () => {
    const classic = '<div class="output_area"><div class="xai-kept"></div></div>';
    const live = '<div class="output_area"><div class="xai-host"></div></div>';
    for (const [app, isShown] of [
      ["notebook_app", false],
      ["", true],
    ] as const) {
      document.body.innerHTML = `<div>${classic}${live}</div>`;
      document.body.className = app;
      const kept = document.querySelector(".xai-kept") as HTMLElement;
      put(kept, LONG_AGO);
      expect(shown(kept)).toBe(isShown);
    }
  });

  it("is shown at once in a page made of a notebook, young or not, whatever widget stands beside it", () => {
    const { kept } = outputs('<div class="xai-host"></div>', false);
    put(kept, NOW - 100);
    expect([shown(kept), started.length]).toEqual([true, 1]);
  });

  it("starts at once where there is no output around it", () => {
    document.body.innerHTML = '<div class="xai-kept"></div>';
    const kept = document.querySelector(".xai-kept") as HTMLElement;
    put(kept, NOW - 100);
    expect([kept.hidden, started.length]).toEqual([false, 1]);
  });
});
