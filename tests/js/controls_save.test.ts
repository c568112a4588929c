import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AttentionTraits, AttributionTraits, TranslationTraits } from "../../js/contract.js";
import { SCENES as ATTRIBUTIONS } from "../../js/gallery/attribution_scenes.js";
import { SCENES as TRANSLATIONS } from "../../js/gallery/translation_scenes.js";
import { SCENES } from "../../js/gallery/widget_scenes.js";
import { holdingOf } from "../../js/page/holding.js";
import { saveButton } from "../../js/views/controls/save_button.js";
import attention from "../../js/widgets/attention.js";
import attribution from "../../js/widgets/attribution.js";
import translation from "../../js/widgets/translation.js";
import { FakeModel, lastId, settle } from "./widgets_model.js";

/** What was downloaded: the file's name and its bytes. */
const files: { name: string; blob: Blob }[] = [];
let blobs: Map<string, Blob>;

beforeEach(() => {
  files.length = 0;
  blobs = new Map();
  vi.stubGlobal(
    "URL",
    Object.assign(URL, {
      createObjectURL(blob: Blob) {
        blobs.set(`blob:${blobs.size}`, blob);
        return `blob:${blobs.size - 1}`;
      },
      revokeObjectURL() {},
    }),
  );
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
    files.push({ name: this.download, blob: blobs.get(this.href) as Blob });
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

const bytesOf = async (blob: Blob) => [...new Uint8Array(await blob.arrayBuffer())];

describe("saveButton", () => {
  const draw = vi.fn();
  let view: ReturnType<typeof saveButton>;
  const click = (form: string) =>
    view.element.querySelector<HTMLButtonElement>(`[aria-label="Save picture as ${form}"]`)?.click();
  const said = () => view.element.querySelector("[role=status]")?.textContent;

  beforeEach(() => {
    draw.mockReset();
    view = saveButton();
    view.update("attention", { draw });
    document.body.append(view.element);
  });

  it.each([
    ["SVG", "image/svg+xml"],
    ["PDF", "application/pdf"],
    ["PNG", "image/png"],
  ])("saves the bytes of a %s under the name of what is shown", async (form, type) => {
    draw.mockResolvedValue(Uint8Array.of(1, 2, 3));
    click(form);
    expect(said()).toBe(`Drawing the ${form} …`);
    expect(view.element.getAttribute("aria-busy")).toBe("");
    await settle();
    const suffix = form.toLowerCase();
    expect(draw).toHaveBeenCalledWith(suffix, "page");
    expect(files.map(({ name, blob }) => [name, blob.type])).toEqual([[`attention.${suffix}`, type]]);
    expect(await bytesOf(files[0]?.blob as Blob)).toEqual([1, 2, 3]);
    expect(said()).toBe(`Saved as attention.${suffix}.`);
    expect(view.element.hasAttribute("aria-busy")).toBe(false);
  });

  it("draws as wide as was chosen", async () => {
    draw.mockResolvedValue(new Uint8Array());
    (view.element.querySelector("select") as HTMLSelectElement).value = "column";
    click("SVG");
    await settle();
    expect(draw).toHaveBeenCalledWith("svg", "column");
  });

  it("says what goes wrong in words, as text, and saves nothing", async () => {
    draw.mockRejectedValue(new Error('A PDF needs pip install "xai-widgets[pictures]" <img src=x>'));
    click("PDF");
    await settle();
    expect(said()).toBe('A PDF needs pip install "xai-widgets[pictures]" <img src=x>');
    expect(view.element.querySelector("img")).toBeNull();
    expect(files).toEqual([]);
  });

  it("lets an earlier picture go when another is asked for, and all of them when it ends", async () => {
    const answers: ((bytes: Uint8Array) => void)[] = [];
    draw.mockImplementation(() => new Promise((resolve) => answers.push(resolve)));
    click("PDF");
    click("SVG");
    answers[1]?.(Uint8Array.of(2));
    answers[0]?.(Uint8Array.of(1));
    await settle();
    expect(files.map(({ name }) => name)).toEqual(["attention.svg"]);
    click("PNG");
    view.destroy();
    answers[2]?.(Uint8Array.of(3));
    await settle();
    expect(files).toHaveLength(1);
  });
});

describe.each([
  [
    "attention",
    attention,
    () => new FakeModel<AttentionTraits>(SCENES.sentiment?.().traits as AttentionTraits),
  ],
  [
    "attribution",
    attribution,
    () => new FakeModel<AttributionTraits>(ATTRIBUTIONS.sentiment?.().traits as AttributionTraits),
  ],
  [
    "translation",
    translation,
    () => new FakeModel<TranslationTraits>(TRANSLATIONS.translation?.().traits as TranslationTraits),
  ],
])("the widget of %s", (name, widget, makeModel) => {
  let model: FakeModel<AttentionTraits> | FakeModel<AttributionTraits> | FakeModel<TranslationTraits>;
  let end: () => void;
  const host = document.createElement("div");
  const click = (form: string) =>
    host.querySelector<HTMLButtonElement>(`[aria-label="Save picture as ${form}"]`)?.click();
  const said = () => host.querySelector(".xai-save-said")?.textContent;

  beforeEach(() => {
    host.replaceChildren();
    document.body.append(host);
    model = makeModel();
    model.fromPython({ theme: "dark" } as never);
    end = widget.render({ model: model as never, el: host, signal: new AbortController().signal });
  });
  afterEach(() => end());

  it("asks Python for what is on show, as it looks, and saves the answer", async () => {
    click("PNG");
    expect(model.asked("picture")).toEqual([
      { what: "picture", format: "png", theme: "dark", width: "page" },
    ]);
    model.answer(lastId(model as FakeModel<object>, "picture"), Uint8Array.of(9, 8, 7), [3]);
    await settle();
    expect(files.map(({ name: file }) => file)).toEqual([`${name}.png`]);
    expect(await bytesOf(files[0]?.blob as Blob)).toEqual([9, 8, 7]);
  });

  it("tells Python of the last gesture first", () => {
    const told: string[] = [];
    model.save_changes = () => told.push("changes");
    model.onSend = ({ request }) => told.push(request.what);
    const box = [...host.querySelectorAll<HTMLInputElement>('.xai-options input, input[type="checkbox"]')][0];
    box?.click();
    click("SVG");
    expect(told.slice(-2)).toEqual(["changes", "picture"]);
  });

  it("says Python's own words where it cannot be drawn", async () => {
    click("PDF");
    model.refuse(
      lastId(model as FakeModel<object>, "picture"),
      "MissingExtraError",
      "A PDF picture uses typst.",
    );
    await settle();
    expect(said()).toBe("A PDF picture uses typst.");
  });

  it("says that there is no kernel", async () => {
    model.onSend = () => {
      throw new Error("dead");
    };
    click("SVG");
    await settle();
    expect(said()).toMatch(/^There is no kernel to ask/);
  });
});

it("a page without Python says so", () => {
  const traits = { payload: { kind: "attribution" } };
  const { answer } = holdingOf({ traits, answers: [] } as never, "Open the notebook.");
  expect(answer({ what: "picture", format: "svg", theme: "light", width: "page" })).toBe(
    "There is no Python here to draw a picture. Open the notebook.",
  );
});
