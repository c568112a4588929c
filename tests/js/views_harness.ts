import { vi } from "vitest";
import type { Selection } from "../../js/contract.js";
import { headColours } from "../../js/core/palette.js";
import { type AttentionChoices, attentionPreparer } from "../../js/core/prepare.js";
import { type Fixture, fixtures, sourceOf } from "../../js/gallery/fixtures.js";
import type { AttentionData, AttentionViewOptions, Hover } from "../../js/views/attention_data.js";

export function fixtureNamed(name: string): Fixture {
  return fixtures().find((made) => made.name === name)!;
}

export function dataOf(name: string, choices: Partial<AttentionChoices> = {}, on?: number[]): AttentionData {
  const made = fixtureNamed(name);
  const all: AttentionChoices = { mergeWords: false, hideSpecial: false, segmentFilter: "all" };
  return attentionPreparer()(sourceOf(made, on ?? [...made.bytes.keys()]), { ...all, ...choices }).data;
}

/** Options whose callbacks are spies. */
export function optionsFor(
  data: AttentionData,
  part: Omit<Partial<AttentionViewOptions>, "onHover" | "onPin"> = {},
) {
  return {
    colours: headColours(data.nHeads, false),
    dark: false,
    threshold: 0,
    pinned: [] as Selection[],
    hover: null as Hover | null,
    onHover: vi.fn<(hover: Hover | null) => void>(),
    onPin: vi.fn<(selection: Selection) => void>(),
    ...part,
  };
}

export function pointer(target: EventTarget, type: string, x: number, y: number): void {
  target.dispatchEvent(
    new PointerEvent(type, {
      bubbles: true,
      cancelable: true,
      button: 0,
      pointerId: 1,
      clientX: x,
      clientY: y,
    }),
  );
}

export function press(target: Element, key: string, init: KeyboardEventInit = {}): void {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init }));
}

/** A context that takes every call and keeps what is asked of it, where there is no screen to draw on. */
export function recordedContext() {
  const calls: { name: string; values: unknown[] }[] = [];
  const state: Record<string, unknown> = { font: "12px sans-serif" };
  const context = new Proxy(state, {
    get(target, name: string) {
      if (name in target) return target[name];
      return (...values: unknown[]) => {
        calls.push({ name, values });
        return name === "measureText" ? { width: 7 * String(values[0]).length } : undefined;
      };
    },
  });
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockImplementation(
    (() => context) as unknown as HTMLCanvasElement["getContext"],
  );
  return calls;
}

/** Stands in for the parts of a canvas that this page lacks. */
export function stubCanvasParts(): void {
  vi.stubGlobal(
    "Path2D",
    class {
      moveTo() {}
      bezierCurveTo() {}
    },
  );
  vi.stubGlobal(
    "ImageData",
    class {
      readonly data: Uint8ClampedArray;
      constructor(
        readonly width: number,
        readonly height: number,
      ) {
        this.data = new Uint8ClampedArray(4 * width * height);
      }
    },
  );
}

/** Stands in for a canvas as well; gives the canvases that were drawn anew since it was asked last. */
export function canvasesDrawn(): () => string[] {
  const drawn: string[] = [];
  stubCanvasParts();
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockImplementation(function (this: HTMLCanvasElement) {
    const call = (name: string) => (text: unknown) => {
      if (name === "clearRect") drawn.push(this.className);
      return name === "measureText" ? { width: 7 * String(text).length } : undefined;
    };
    return new Proxy({}, { get: (_state, name: string) => call(name), set: () => true }) as never;
  } as HTMLCanvasElement["getContext"]);
  return () => drawn.splice(0);
}

export const nextFrame = () => new Promise<void>((done) => requestAnimationFrame(() => done()));
