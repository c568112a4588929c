import type { View } from "../view.js";
import { h, on, setAttribute, uniqueId } from "./dom.js";

export interface TargetBoxData {
  /** The target that was typed and is explained now; "" where it was not typed. */
  target: string;
  /** Id of the element that says what is wrong with the last one; null when nothing is. */
  wrong: string | null;
}

export interface TargetBoxOptions {
  onTarget(target: string): void;
}

/** What the box asks for: in full, in the empty box, and on the button. */
export interface TargetBoxWords {
  label: string;
  placeholder: string;
  button: string;
}

const EXPLAIN: TargetBoxWords = {
  label: "Explain another answer: a class or a token, by its name",
  placeholder: "another answer",
  button: "Explain",
};

/** Any other answer, by its name: a class, or a token. What is typed stays until it is shown. */
export function targetBox(words = EXPLAIN): View<TargetBoxData, TargetBoxOptions> {
  const id = uniqueId("xai-target");
  const input = h("input.xai-field", {
    id,
    type: "text",
    dir: "auto",
    spellcheck: "false",
    autocomplete: "off",
    placeholder: words.placeholder,
  });
  const explain = h("button.xai-small", { type: "submit" }, words.button);
  const element = h("form.xai-target", {}, h("label.xai-hidden", { for: id }, words.label), input, explain);
  let shown = "";
  let asked = false;
  let latest: TargetBoxOptions | null = null;

  on(element, "submit", (event) => {
    event.preventDefault();
    if (input.value === "") return;
    asked = true;
    latest?.onTarget(input.value);
  });
  on(input, "input", () => {
    asked = false;
    setAttribute(input, "aria-invalid", null);
  });

  return {
    element,
    update(data, options) {
      latest = options;
      if (data.target !== shown) {
        shown = data.target;
        // Another answer is explained now: what was typed has been heard, or is beside the point.
        input.value = data.target;
      }
      const wrong = asked ? data.wrong : null;
      setAttribute(input, "aria-invalid", wrong !== null && "true");
      setAttribute(input, "aria-describedby", wrong);
    },
    destroy() {
      latest = null;
    },
  };
}
