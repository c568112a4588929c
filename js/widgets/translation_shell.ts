import type { StepRows, TranslationPresentation } from "../contract.js";
import { checks } from "../views/controls/checks.js";
import { detailsTable } from "../views/controls/details_table.js";
import { h } from "../views/controls/dom.js";
import { footerNotes } from "../views/controls/footer_notes.js";
import { presentationToggle } from "../views/controls/presentation_toggle.js";
import { readout } from "../views/controls/readout.js";
import { saveButton } from "../views/controls/save_button.js";
import { segmented } from "../views/controls/segmented.js";
import { colourChoice } from "./colour_choice.js";
import { translationBanner } from "./translation_banner.js";

export const PRESENTATIONS: [TranslationPresentation, string][] = [
  ["text", "Text"],
  ["alignment", "Alignment"],
  ["steps", "Steps"],
  ["beams", "Beams"],
  ["maps", "Maps"],
];

export type TranslationShell = ReturnType<typeof translationShell>;

/** Every part of the widget, laid out: what is shown and by what colour, what is pointed at, the presentations. */
export function translationShell(onOpen: () => void) {
  const presentation = presentationToggle(PRESENTATIONS);
  const colour = colourChoice();
  const beside = colourChoice();
  const banner = translationBanner();
  const rows = segmented<StepRows>();
  const options = checks();
  const pointed = readout();
  const footer = footerNotes();
  const save = saveButton();
  const table = detailsTable(["Token", "Score"], onOpen);
  const refusal = h("p.xai-refusal", { role: "alert" });
  const views = h("div.xai-presentations");
  const map = h(
    "div.xai-map",
    {},
    h(
      "div.xai-toolbar",
      { role: "group", "aria-label": "What is shown" },
      presentation.element,
      options.element,
      h("div.xai-colours", {}, colour.element, beside.element),
      rows.element,
    ),
    banner.element,
    pointed.element,
    views,
    footer.element,
    save.element,
    table.element,
  );
  return {
    presentation,
    colour,
    beside,
    banner,
    rows,
    options,
    pointed,
    footer,
    save,
    table,
    refusal,
    views,
    map,
    elements: [refusal, map],
  };
}
