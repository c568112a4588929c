import { describe, expect, it, vi } from "vitest";
import { scoreRamp } from "../../js/core/score_ramp.js";
import { attributionCompare } from "../../js/views/attribution_compare.js";
import { attributionSum } from "../../js/views/attribution_sum.js";
import { attributionText, type ScoreColours, type TextPiece } from "../../js/views/attribution_text.js";

const COLOURS: ScoreColours = { ramp: scoreRamp([255, 255, 255], false, true), most: 2, text: "#1c1e21" };
const piece = (label: string, part: Partial<TextPiece> = {}): TextPiece => ({
  label,
  spaced: true,
  breaks: false,
  special: false,
  ...part,
});

describe("the coloured text", () => {
  const data = {
    label: "",
    pieces: [piece("[CLS]", { spaced: false, special: true }), piece("un"), piece("able", { spaced: false })],
    direction: "ltr" as const,
    scores: Float32Array.of(0, 2, -1),
    signed: true,
  };
  const options = {
    colours: COLOURS as ScoreColours | null,
    numbers: false,
    hovered: null as number | null,
    picked: () => false,
    onHover: vi.fn(),
    onPick: vi.fn(),
  };

  it("reads as it was typed, and keeps its nodes when only scores change", () => {
    const text = attributionText();
    text.update(data, options);
    const list = text.element.querySelector(".xai-text") as HTMLElement;
    expect(list.textContent).toBe("[CLS] unable");
    const before = [...list.children];
    text.update({ ...data, scores: Float32Array.of(1, 1, 1) }, options);
    expect([...list.children]).toEqual(before);
    expect(before.map((chip) => (chip as HTMLElement).style.backgroundColor)).toEqual(
      Array(3).fill((before[0] as HTMLElement).style.backgroundColor),
    );
  });

  it("has one token that Tab reaches", () => {
    const text = attributionText();
    document.body.append(text.element);
    text.update(data, options);
    const chips = [...text.element.querySelectorAll<HTMLElement>(".xai-chip")];
    expect(chips.map(({ tabIndex }) => tabIndex)).toEqual([0, -1, -1]);
    chips[0]?.dispatchEvent(new KeyboardEvent("keydown", { key: "End", bubbles: true }));
    expect(chips.map(({ tabIndex }) => tabIndex)).toEqual([-1, -1, 0]);
    chips[2]?.dispatchEvent(new KeyboardEvent("keydown", { key: " ", bubbles: true }));
    expect(options.onPick).toHaveBeenCalledWith(2);
    text.destroy();
    expect(document.body.contains(text.element)).toBe(false);
  });

  it("waits for the page's colours", () => {
    const text = attributionText();
    text.update(data, { ...options, colours: null });
    const chip = text.element.querySelector(".xai-chip") as HTMLElement;
    expect(chip.style.backgroundColor).toBe("");
    text.update(data, options);
    expect(chip.style.backgroundColor).not.toBe("");
  });
});

describe("the waterfall", () => {
  it("starts every bar where the one before ended, across zero", () => {
    const sum = attributionSum();
    const labels = {
      baseline: "Baseline",
      raises: "Up",
      lowers: "Down",
      hidden: "Hidden",
      residual: "Left",
      value: "Value",
    };
    const steps = [
      { name: "baseline" as const, from: 0, to: 1 },
      { name: "raises" as const, from: 1, to: 3 },
      { name: "lowers" as const, from: 3, to: -1 },
      { name: "residual" as const, from: -1, to: 0 },
      { name: "value" as const, from: 0, to: 0 },
    ];
    sum.update({ steps, labels, words: "All of it.", colours: { raises: "#f00", lowers: "#00f" } }, null);
    const bars = [...sum.element.querySelectorAll<HTMLElement>(".xai-sum-bar")];
    expect(bars.map(({ style }) => [style.left, style.width])).toEqual([
      ["25%", "25%"],
      ["50%", "50%"],
      ["0%", "100%"],
      ["0%", "25%"],
      ["25%", "0%"],
    ]);
    const numbers = [...sum.element.querySelectorAll(".xai-sum-number")].map(
      ({ textContent }) => textContent,
    );
    expect(numbers).toEqual(["1.00", "+2.00", "−4.00", "+1.00", "0"]);
  });
});

describe("methods beside each other", () => {
  const row = (name: string, scores: number[]) => ({
    name,
    label: name || "First",
    note: "",
    badge: "",
    signed: true,
    scores: Float32Array.from(scores),
    colours: COLOURS,
  });
  const tokens = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ label: `t${i}`, special: false, starts: i === 2 }));
  const options = { hovered: null as number | null, onHover: vi.fn(), onRemove: vi.fn() };

  it("has tokens across where they fit, else down, and marks one token in all rows", () => {
    const compare = attributionCompare();
    compare.update({ tokens: tokens(3), rows: [row("", [1, 2, -1]), row("b", [0, Number.NaN, 1])] }, options);
    const table = compare.element.querySelector("table") as HTMLTableElement;
    expect(table.querySelectorAll("thead th")).toHaveLength(3);
    expect([...table.querySelectorAll("tbody td")].map(({ textContent }) => textContent)).toEqual([
      "+1.00",
      "+2.00",
      "−1.00",
      "0",
      "–",
      "+1.00",
    ]);
    compare.update(
      { tokens: tokens(90), rows: [row("", Array(90).fill(1)), row("b", Array(90).fill(2))] },
      options,
    );
    expect(table.querySelectorAll("thead th")).toHaveLength(2);
    expect(table.querySelectorAll("tbody tr")).toHaveLength(90);
    compare.update({ tokens: tokens(3), rows: [row("", [1, 2, 3])] }, { ...options, hovered: 1 });
    expect(table.querySelectorAll("[data-hovered]")).toHaveLength(2);
  });

  it("takes a row away, but not the first", () => {
    const compare = attributionCompare();
    compare.update({ tokens: tokens(2), rows: [row("", [1, 2]), row("b", [3, 4])] }, options);
    const [first, second] = [...compare.element.querySelectorAll<HTMLButtonElement>("button")];
    expect([first?.hidden, second?.hidden]).toEqual([true, false]);
    second?.click();
    expect(options.onRemove).toHaveBeenCalledWith("b");
    compare.destroy();
  });
});
