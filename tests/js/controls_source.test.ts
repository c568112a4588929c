import { beforeEach, describe, expect, it, vi } from "vitest";
import { type SourceData, sourceForm } from "../../js/views/controls/source_form.js";

// biome-ignore lint/suspicious/noTemplateCurlyInString: what a template would make of it is what is tested.
const HOSTILE = ["<img src=x onerror=alert(1)>", "</script><script>", "<!--<script>", "${x}"];

const onRun = vi.fn();
let view: ReturnType<typeof sourceForm>;
const data = (over: Partial<SourceData> = {}): SourceData => ({
  inputs: [
    { name: "text", label: "Text", optional: false },
    { name: "text_pair", label: "Second text", optional: true },
  ],
  texts: { text: "one", text_pair: "two" },
  running: false,
  wrong: null,
  ...over,
});
const areas = () =>
  [...view.element.querySelectorAll("textarea")] as [HTMLTextAreaElement, HTMLTextAreaElement];

function type(area: HTMLTextAreaElement, text: string): void {
  area.focus();
  area.value = text;
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function press(area: HTMLTextAreaElement, key: string, init: KeyboardEventInit = {}): boolean {
  return area.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init }));
}

beforeEach(() => {
  onRun.mockClear();
  view = sourceForm();
  document.body.replaceChildren(view.element);
  view.update(data(), { onRun });
});

describe("sourceForm", () => {
  it("has a named box for each text, whose direction is the text's own", () => {
    for (const area of areas()) {
      expect(area.dir).toBe("auto");
      expect(view.element.querySelector(`label[for="${area.id}"]`)).not.toBeNull();
    }
    view.update(data({ inputs: [] }), { onRun });
    expect(view.element.hidden).toBe(true);
  });

  it("runs on Enter and by the button, and takes a new line on Shift+Enter", () => {
    type(areas()[0], "new");
    expect(press(areas()[0], "Enter", { shiftKey: true })).toBe(true);
    expect(onRun).not.toHaveBeenCalled();
    expect(press(areas()[0], "Enter")).toBe(false);
    expect(onRun).toHaveBeenLastCalledWith("new", "two");
    view.element.querySelector("button")?.click();
    expect(onRun).toHaveBeenCalledTimes(2);
  });

  it("leaves Enter to an input method that composes", () => {
    expect(press(areas()[0], "Enter", { isComposing: true })).toBe(true);
    expect(onRun).not.toHaveBeenCalled();
  });

  it("never loses what was typed on a failure", () => {
    type(areas()[0], "far too long");
    press(areas()[0], "Enter");
    view.update(data({ wrong: "failure-1" }), { onRun });
    expect(areas()[0].value).toBe("far too long");
    expect(areas()[0].getAttribute("aria-invalid")).toBe("true");
    expect(areas()[0].getAttribute("aria-describedby")).toBe("failure-1");
    view.update(data(), { onRun });
    expect(areas()[0].value).toBe("far too long");
    expect(areas()[0].hasAttribute("aria-invalid")).toBe(false);
  });

  it("follows Python, but not under the hands of who types", () => {
    view.update(data({ texts: { text: "set", text_pair: "two" } }), { onRun });
    expect(areas()[0].value).toBe("set");
    type(areas()[0], "typing");
    view.update(data({ texts: { text: "set again", text_pair: "both" } }), { onRun });
    expect(areas()[0].value).toBe("typing");
    expect(areas()[1].value).toBe("both");
    press(areas()[0], "Escape");
    expect(areas()[0].value).toBe("set again");
  });

  it("keeps what was typed when the boxes change", () => {
    type(areas()[0], "typing");
    view.update(data({ inputs: [{ name: "text", label: "Source", optional: false }] }), { onRun });
    expect(areas()[0].value).toBe("typing");
    expect(view.element.querySelectorAll("textarea")).toHaveLength(1);
  });

  it.each(HOSTILE)("takes %s for text", (hostile) => {
    view.update(data({ texts: { text: hostile, text_pair: hostile } }), { onRun });
    expect(areas()[0].value).toBe(hostile);
    expect(view.element.querySelector("img, script")).toBeNull();
  });
});
