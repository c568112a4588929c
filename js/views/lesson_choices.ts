import type { WireChoice } from "../contract.js";
import { changes, h, on, setAttribute, setText, uniqueId } from "./controls/dom.js";
import type { View } from "./view.js";

export interface ChoicesData {
  choices: WireChoice[];
  direction: "ltr" | "rtl";
  /** How many are to be picked. */
  pick: number;
  chosen: number[];
  /** Id of the element that asks. */
  labelledBy: string;
  /** What is right, and the number of each choice, once that is told. */
  told: { best: number[]; numbers: string[] } | null;
}

export interface ChoicesOptions {
  onChoose(chosen: number[]): void;
}

interface Chip {
  element: HTMLElement;
  input: HTMLInputElement;
  below: HTMLElement;
  said: HTMLElement;
}

/**
 * Tokens or names to pick from: radio buttons, or boxes where several are to be picked, so that the keyboard and screen
 * readers know them. A line under each is kept free from the start for its number.
 */
export function lessonChoices(): View<ChoicesData, ChoicesOptions> {
  const name = uniqueId("xai-pick");
  const element = h("div.xai-lesson-choices");
  let chips: Chip[] = [];
  const isOther = changes();
  let data: ChoicesData | null = null;
  let latest: ChoicesOptions | null = null;

  on(element, "change", (event) => {
    const index = chips.findIndex(({ input }) => input === event.target);
    const input = chips[index]?.input;
    if (input === undefined || data === null) return;
    const others = data.chosen.filter((other) => other !== index);
    // One more than are to be picked lets go of the one that was picked first.
    const chosen = input.checked ? [...others, index].slice(-data.pick) : others;
    latest?.onChoose(chosen);
  });

  function build({ choices, pick }: ChoicesData): void {
    chips = choices.map(({ label, special }) => {
      const input = h("input.xai-hidden", { type: pick > 1 ? "checkbox" : "radio", name });
      const below = h("span.xai-lesson-pick-below");
      const said = h("span.xai-hidden");
      const text = h("span.xai-lesson-pick-label", { dir: "auto" }, label);
      const chip = h("label.xai-lesson-pick", {}, input, text, below, said);
      chip.classList.toggle("xai-lesson-pick-special", special);
      return { element: chip, input, below, said };
    });
    element.replaceChildren(...chips.map((chip) => chip.element));
  }

  return {
    element,
    update(next, options) {
      data = next;
      latest = options;
      if (isOther([next.choices, next.pick])) build(next);
      const { told } = next;
      setAttribute(element, "role", next.pick > 1 ? "group" : "radiogroup");
      setAttribute(element, "aria-labelledby", next.labelledBy);
      setAttribute(element, "dir", next.direction);
      chips.forEach(({ element: chip, input, below, said }, index) => {
        const [picked, best] = [next.chosen.includes(index), told?.best.includes(index) ?? false];
        input.checked = picked;
        input.disabled = told !== null;
        chip.classList.toggle("xai-lesson-pick-chosen", picked && told === null);
        chip.classList.toggle("xai-lesson-pick-missed", picked && told !== null && !best);
        chip.classList.toggle("xai-lesson-pick-best", best);
        chip.classList.toggle("xai-lesson-pick-told", told !== null);
        setText(below, told === null ? (next.choices[index]?.note ?? "") : (told.numbers[index] ?? ""));
        setText(said, saidOf(told !== null, picked, best));
      });
      element.hidden = next.choices.length === 0;
    },
    destroy() {
      latest = null;
    },
  };
}

/** What the looks of a choice say, for those who do not see them. */
function saidOf(told: boolean, picked: boolean, best: boolean): string {
  if (!told) return "";
  return [picked ? "your answer" : "", best ? "what the result shows" : ""].filter(Boolean).join(", ");
}
