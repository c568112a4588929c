import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { AttentionTraits, AttributionTraits } from "../../js/contract.js";
import { SCENES as ATTRIBUTIONS, type AttributionScene } from "../../js/gallery/attribution_scenes.js";
import { SCENES as ATTENTIONS, type Scene } from "../../js/gallery/widget_scenes.js";
import attention from "../../js/widgets/attention.js";
import attribution from "../../js/widgets/attribution.js";
import { HoverLink, type LinkedSpan, linkedRow } from "../../js/widgets/hover_link.js";
import { FakeModel } from "./widgets_model.js";

let controller: AbortController;
beforeEach(() => {
  controller = new AbortController();
  document.body.replaceChildren();
});
afterEach(() => controller.abort());

async function drawn(): Promise<void> {
  for (let frames = 0; frames < 4; frames++) {
    await new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
  }
}

function place(): HTMLElement {
  const element = document.createElement("div");
  document.body.append(element);
  return element;
}

it("points from attribution to attention and back, by the tokens' text", async () => {
  const group = "both";
  const { signal } = controller;
  const maps = (ATTENTIONS.sentiment as () => Scene)().traits;
  const scores = (ATTRIBUTIONS.sentiment as () => AttributionScene)().traits;
  const [left, right] = [place(), place()];
  const map = new FakeModel<AttentionTraits>({ ...maps, presentation: ["lines"], heads: [], group });
  attention.render({ model: map, el: left, signal });
  const text = new FakeModel<AttributionTraits>({ ...scores, group, merge_words: true });
  attribution.render({ model: text, el: right, signal });
  await drawn();
  const chip = (word: string) =>
    [...right.querySelectorAll<HTMLElement>(".xai-sides .xai-chip")].find(
      (each) => each.textContent === word,
    );
  chip("film")?.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
  await drawn();
  const hovered = () => [...left.querySelectorAll(".xai-token-hovered")].map((token) => token.textContent);
  expect(hovered()).toEqual(["film"]);
  chip("film")?.parentElement?.dispatchEvent(new PointerEvent("pointerleave"));
  await drawn();
  expect(hovered()).toEqual([]);

  const token = [...left.querySelectorAll(".xai-token")].find(({ textContent }) => textContent === "ing");
  token?.dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
  await drawn();
  expect(right.querySelector(".xai-sides .xai-chip-hovered")?.textContent).toBe("acting");
  expect(right.querySelector(".xai-readout-words")?.textContent).toMatch(/^acting: /);
  expect([map.saved, text.saved]).toEqual([[], []]);
});

it("hears its own group alone, never itself, and says the same thing once", () => {
  const span: LinkedSpan = { tokens: "text", count: 5, start: 1, stop: 2 };
  let group = "a";
  const heard = [vi.fn(), vi.fn(), vi.fn()];
  const [own, other, stranger] = heard.map(
    (listener, i) => new HoverLink(() => (i === 2 ? "b" : group), listener, controller.signal),
  );
  own?.point(span);
  own?.point({ ...span });
  expect(heard.map((listener) => listener.mock.calls)).toEqual([[], [[span]], []]);
  stranger?.point(span);
  group = "";
  other?.point(null);
  expect(heard.map((listener) => listener.mock.calls.length)).toEqual([0, 1, 0]);
  group = "a";
  controller.abort();
  other?.point(null);
  expect(heard[0]).not.toHaveBeenCalled();
});

it("finds the row of another widget's tokens only in the same text", () => {
  const spans: [number, number][] = [
    [0, 1],
    [1, 4],
  ];
  const span = { tokens: "text", count: 4, start: 2, stop: 3 };
  expect(linkedRow(span, "text", 4, spans)).toBe(1);
  expect(linkedRow(span, "source", 4, spans)).toBe(-1);
  expect(linkedRow(span, "text", 9, spans)).toBe(-1);
  expect(linkedRow({ ...span, start: 7, stop: 8 }, "text", 4, spans)).toBe(-1);
  expect(linkedRow(null, "text", 4, spans)).toBe(-1);
});
