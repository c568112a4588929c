import type { View } from "../view.js";
import { changes, h, on, setAttribute, uniqueId } from "./dom.js";

type InputName = "text" | "text_pair";

export interface SourceData {
  inputs: { name: InputName; label: string; optional: boolean }[];
  /** The texts that the map on show belongs to. */
  texts: Record<InputName, string>;
  running: boolean;
  /** Id of the element that says what is wrong with the texts; null when nothing is. */
  wrong: string | null;
}

export interface SourceOptions {
  onRun(text: string, textPair: string): void;
}

export interface SourceForm extends View<SourceData, SourceOptions> {
  /** What stands in the boxes now, run or not. */
  typed(): Record<InputName, string>;
  /** Writes into a box, for the person to go on from. */
  fill(name: InputName, text: string): void;
}

/**
 * The text boxes. What is typed stays until it is run: a failure leaves it, and so does a text that Python sets while
 * the person is typing. Escape brings the text on show back.
 */
export function sourceForm(): SourceForm {
  const run = h("button.xai-run", { type: "submit" }, "Run");
  const boxes = h("div.xai-source-boxes");
  const element = h("form.xai-source", { "aria-label": "Text for the model" }, boxes, run);
  const areas = new Map<InputName, HTMLTextAreaElement>();
  const shown: Record<InputName, string> = { text: "", text_pair: "" };
  const isOther = changes();
  let latest: SourceOptions | null = null;

  function typed(): Record<InputName, string> {
    return {
      text: areas.get("text")?.value ?? shown.text,
      text_pair: areas.get("text_pair")?.value ?? shown.text_pair,
    };
  }

  function submit(): void {
    const texts = typed();
    latest?.onRun(texts.text, texts.text_pair);
  }

  function onTyped(): void {
    const texts = typed();
    const dirty = texts.text !== shown.text || texts.text_pair !== shown.text_pair;
    element.classList.toggle("xai-dirty", dirty);
    // The box grows with what stands in it: its style sheet shows this copy under it, unseen.
    for (const area of areas.values())
      setAttribute(area.parentElement as HTMLElement, "data-text", area.value);
  }

  on(element, "submit", (event) => {
    event.preventDefault();
    submit();
  });
  on(boxes, "input", onTyped);
  on(boxes, "keydown", (event) => {
    // While an input method composes, Enter and Escape belong to it: Japanese and Chinese are typed so.
    if (event.isComposing || !(event.target instanceof HTMLTextAreaElement)) return;
    if (event.key === "Enter" && !event.shiftKey) submit();
    else if (event.key === "Escape") {
      event.target.value = shown[event.target.name as InputName];
      onTyped();
    } else return;
    event.preventDefault();
  });

  function build(inputs: SourceData["inputs"]): void {
    const before = typed();
    areas.clear();
    boxes.replaceChildren(
      ...inputs.map((input) => {
        const id = uniqueId("xai-text");
        const area = h("textarea", {
          id,
          name: input.name,
          rows: 1,
          dir: "auto",
          spellcheck: "false",
          autocomplete: "off",
          placeholder: input.optional ? "optional" : null,
        });
        area.value = before[input.name];
        areas.set(input.name, area);
        return h(
          "div.xai-source-box",
          {},
          h("label.xai-label", { for: id }, input.label),
          h("div.xai-grow", {}, area),
        );
      }),
    );
  }

  return {
    element,
    typed,
    fill(name, text) {
      const area = areas.get(name);
      if (area === undefined) return;
      area.value = text;
      onTyped();
      area.focus();
    },
    update(data, options) {
      latest = options;
      if (isOther(data.inputs)) build(data.inputs);
      for (const [name, area] of areas) {
        if (data.texts[name] !== shown[name]) {
          const typing = area.matches(":focus") && area.value !== shown[name];
          if (!typing) area.value = data.texts[name];
          shown[name] = data.texts[name];
        }
        // An optional box that is empty is not what is wrong.
        const suspect = data.wrong !== null && (area.value !== "" || area.placeholder === "");
        setAttribute(area, "aria-invalid", suspect && "true");
        setAttribute(area, "aria-describedby", data.wrong);
      }
      setAttribute(run, "aria-busy", data.running ? "true" : "false");
      element.hidden = data.inputs.length === 0;
      onTyped();
    },
    destroy() {
      latest = null;
    },
  };
}
