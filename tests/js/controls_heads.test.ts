import { beforeEach, describe, expect, it } from "vitest";
import { headBoxes } from "../../js/views/controls/head_boxes.js";

let on: number[];
let writes: number;
let view: ReturnType<typeof headBoxes>;
let count = 4;

function draw(): void {
  view.update(
    { count, on },
    {
      colours: ["#111", "#222", "#333", "#444"],
      onHeads(heads) {
        on = heads;
        writes += 1;
        draw();
      },
    },
  );
}

const boxes = () => [...view.element.querySelectorAll<HTMLButtonElement>(".xai-head")];
const box = (head: number) => boxes()[head] as HTMLButtonElement;

function click(head: number, detail = 1): void {
  box(head).dispatchEvent(new MouseEvent("click", { bubbles: true, detail }));
}

/** What a browser sends for a double click. */
function doubleClick(head: number): void {
  click(head, 1);
  click(head, 2);
  box(head).dispatchEvent(new MouseEvent("dblclick", { bubbles: true, detail: 2 }));
}

function press(head: number, key: string): boolean {
  return box(head).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

beforeEach(() => {
  document.body.replaceChildren();
  count = 4;
  on = [0, 2];
  writes = 0;
  view = headBoxes();
  document.body.append(view.element);
  draw();
});

describe("headBoxes", () => {
  it("shows which heads are on, to the eye and to a screen reader", () => {
    expect(boxes().map((button) => button.getAttribute("aria-pressed"))).toEqual([
      "true",
      "false",
      "true",
      "false",
    ]);
    expect(box(1).getAttribute("aria-label")).toBe("Head 1");
    expect(view.element.querySelector("[role=group]")?.getAttribute("aria-label")).toBe("Heads");
    expect(box(2).style.getPropertyValue("--xai-head")).toBe("#333");
  });

  it("switches a head on and off by a click", () => {
    click(3);
    expect(on).toEqual([0, 2, 3]);
    click(0);
    expect(on).toEqual([2, 3]);
    expect(writes).toBe(2);
  });

  it("isolates by a double click, and brings back by another", () => {
    doubleClick(1);
    expect(on).toEqual([1]);
    doubleClick(1);
    expect(on).toEqual([0, 2]);
    doubleClick(2);
    expect(on).toEqual([2]);
    doubleClick(3);
    expect(on).toEqual([3]);
    doubleClick(3);
    expect(on).toEqual([2]);
  });

  it("brings all heads back where one was alone from the start", () => {
    on = [1];
    draw();
    doubleClick(1);
    expect(on).toEqual([0, 1, 2, 3]);
  });

  it("goes by keyboard: arrows, Space, Enter, Home and End", () => {
    expect(boxes().map((button) => button.tabIndex)).toEqual([0, -1, -1, -1]);
    box(0).focus();
    press(0, "ArrowRight");
    expect(document.activeElement).toBe(box(1));
    expect(boxes().map((button) => button.tabIndex)).toEqual([-1, 0, -1, -1]);
    expect(press(1, " ")).toBe(false);
    expect(on).toEqual([0, 1, 2]);
    press(1, "Enter");
    expect(on).toEqual([1]);
    press(1, "Enter");
    expect(on).toEqual([0, 1, 2]);
    press(1, "End");
    expect(document.activeElement).toBe(box(3));
    press(3, "ArrowRight");
    expect(document.activeElement).toBe(box(3));
    press(3, "Home");
    expect(document.activeElement).toBe(box(0));
    expect(press(0, "x")).toBe(true);
  });

  it("has all and none", () => {
    const [all, none] = [...view.element.querySelectorAll<HTMLButtonElement>(".xai-link")];
    all?.click();
    expect(on).toEqual([0, 1, 2, 3]);
    none?.click();
    expect(on).toEqual([]);
  });

  it("keeps its boxes, and so the focus, over an update", () => {
    const before = box(2);
    on = [1];
    draw();
    expect(box(2)).toBe(before);
    count = 64;
    draw();
    expect(boxes()).toHaveLength(64);
  });
});
