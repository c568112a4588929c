import type { StepRows, TranslationPresentation } from "../contract.js";
import { checks } from "../views/controls/checks.js";
import { h } from "../views/controls/dom.js";
import { footerNotes } from "../views/controls/footer_notes.js";
import { presentationToggle } from "../views/controls/presentation_toggle.js";
import { readout } from "../views/controls/readout.js";
import { segmented } from "../views/controls/segmented.js";
import { ColourChoice } from "./colour_choice.js";

export const PRESENTATIONS: [TranslationPresentation, string][] = [
  ["text", "Text"],
  ["alignment", "Alignment"],
  ["steps", "Steps"],
  ["beams", "Beams"],
  ["maps", "Maps"],
];

export type TranslationShell = ReturnType<typeof translationShell>;

/** Every part of the widget, laid out: what is shown and by what colour, what is pointed at, the presentations. */
export function translationShell() {
  const presentation = presentationToggle(PRESENTATIONS);
  const colour = new ColourChoice();
  const beside = new ColourChoice();
  const rows = segmented<StepRows>();
  const options = checks();
  const pointed = readout();
  const footer = footerNotes();
  const refusal = h("p.xai-refusal", { role: "alert" });
  const views = h("div.xai-views");
  const map = h(
    "div.xai-map",
    {},
    h(
      "div.xai-toolbar",
      { role: "group", "aria-label": "What is shown" },
      presentation.element,
      colour.element,
      beside.element,
      rows.element,
      options.element,
    ),
    pointed.element,
    views,
    footer.element,
  );
  const parts = [presentation, colour, beside, rows, options, pointed, footer];

  return {
    presentation,
    colour,
    beside,
    rows,
    options,
    pointed,
    footer,
    refusal,
    views,
    map,
    elements: [refusal, map],
    destroy: () => {
      for (const part of parts) part.destroy();
    },
  };
}
