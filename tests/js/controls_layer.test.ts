import { beforeEach, describe, expect, it } from "vitest";
import { layerStepper } from "../../js/views/controls/layer_stepper.js";

let chosen: number[];
let view: ReturnType<typeof layerStepper>;

/** A hybrid model's layers have gaps. */
const LAYERS = [1, 3, 5, 7];

function draw(layer: number): void {
  view.update({ layers: LAYERS, layer }, { onLayer: (next) => chosen.push(next) });
}

const button = (label: string) =>
  view.element.querySelector<HTMLButtonElement>(`[aria-label="${label}"]`) as HTMLButtonElement;
const select = () => view.element.querySelector("select") as HTMLSelectElement;

beforeEach(() => {
  chosen = [];
  view = layerStepper();
  draw(3);
});

describe("layerStepper", () => {
  it("shows the layers by their own numbers, and which is chosen", () => {
    expect([...select().options].map((option) => option.text)).toEqual(["1", "3", "5", "7"]);
    expect(select().value).toBe("3");
  });

  it("steps to the one before and the one after", () => {
    button("Layer after").click();
    draw(5);
    button("Layer before").click();
    expect(chosen).toEqual([5, 3]);
  });

  it("takes two steps that come before the next drawing as two", () => {
    button("Layer after").click();
    button("Layer after").click();
    expect(chosen).toEqual([5, 7]);
  });

  it("goes no further than there are layers, and says so", () => {
    draw(7);
    button("Layer after").click();
    expect(chosen).toEqual([]);
    expect(button("Layer after").getAttribute("aria-disabled")).toBe("true");
    expect(button("Layer before").getAttribute("aria-disabled")).toBe("false");
  });

  it("follows what is drawn, whatever was asked for", () => {
    button("Layer after").click();
    draw(3);
    button("Layer after").click();
    expect(chosen).toEqual([5, 5]);
  });
});
