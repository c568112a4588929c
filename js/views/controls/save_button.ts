import type { PictureRequest } from "../../contract.js";
import { errorWords } from "../../core/words.js";
import type { View } from "../view.js";
import { h, on, setAttribute, setText, uniqueId } from "./dom.js";
import { download } from "./download.js";

type Form = PictureRequest["format"];
type Width = PictureRequest["width"];

export interface SaveOptions {
  /** The bytes of the file; what goes wrong is an error in words. */
  draw(format: Form, width: Width): Promise<Uint8Array<ArrayBuffer>>;
}

const TYPES: Record<Form, string> = { svg: "image/svg+xml", pdf: "application/pdf", png: "image/png" };
const WIDTHS: [Width, string][] = [
  ["page", "page width"],
  ["column", "column width"],
];

/** Saves a picture of what is on show as a file of the person's own; its data are the file's name, without a suffix. */
export function saveButton(): View<string, SaveOptions> {
  const id = uniqueId("xai-width");
  const said = h("span.xai-save-said", { role: "status" });
  const width = h("select.xai-select", { id, "aria-label": "Width of the picture" });
  width.append(...WIDTHS.map(([value, words]) => h("option", { value }, words)));
  const buttons = (Object.keys(TYPES) as Form[]).map((form) => {
    const button = h(
      "button.xai-small",
      { "aria-label": `Save picture as ${form.toUpperCase()}` },
      form.toUpperCase(),
    );
    on(button, "click", () => void save(form));
    return button;
  });
  const element = h(
    "div.xai-save",
    { role: "group", "aria-label": "Save picture" },
    h("span.xai-label", {}, "Save picture"),
    width,
    ...buttons,
    said,
  );
  let name = "";
  let latest: SaveOptions | null = null;
  /** A later click is what the person wants: what an earlier one asked for is let go. */
  let count = 0;

  async function save(form: Form): Promise<void> {
    const own = ++count;
    say(`Drawing the ${form.toUpperCase()} …`, true);
    try {
      const bytes = await latest?.draw(form, width.value as Width);
      if (own !== count || bytes === undefined) return;
      download(new Blob([bytes], { type: TYPES[form] }), `${name}.${form}`);
      say(`Saved as ${name}.${form}.`, false);
    } catch (error) {
      if (own === count) say(errorWords(error), false);
    }
  }

  function say(words: string, busy: boolean): void {
    setText(said, words);
    setAttribute(element, "aria-busy", busy);
  }

  return {
    element,
    update(next, options) {
      name = next;
      latest = options;
    },
    destroy() {
      count++;
      latest = null;
    },
  };
}
