import { attributionLegend } from "../views/attribution_legend.js";
import { attributionSum } from "../views/attribution_sum.js";
import { candidateList } from "../views/controls/candidate_list.js";
import { checks } from "../views/controls/checks.js";
import { choice } from "../views/controls/choice.js";
import { copyButton } from "../views/controls/copy_button.js";
import { detailsTable } from "../views/controls/details_table.js";
import { h } from "../views/controls/dom.js";
import { footerNotes } from "../views/controls/footer_notes.js";
import { headline as headlineOf } from "../views/controls/headline.js";
import { readout } from "../views/controls/readout.js";
import { saveButton } from "../views/controls/save_button.js";
import { segmented } from "../views/controls/segmented.js";
import { targetBox } from "../views/controls/target_box.js";
import { versusButton } from "../views/controls/versus_button.js";

export type AttributionShell = ReturnType<typeof attributionShell>;

/** Every part of the widget, laid out: the question, the coloured text, the answers, what the scores add up to. */
export function attributionShell(onOpen: () => void) {
  const method = choice();
  const baseline = choice();
  const value = segmented<string>();
  const options = checks();
  const candidates = candidateList("Explain", versusButton);
  const target = targetBox();
  const sum = attributionSum();
  const legend = attributionLegend();
  const pointed = readout();
  const footer = footerNotes();
  const refusal = h("p.xai-refusal", { role: "alert" });
  const about = h("p.xai-method-words");
  const headline = headlineOf();
  const sides = h("div.xai-sides");
  const steps = h("div.xai-steps");
  const before = h("div");
  const beside = h("div");
  const copy = copyButton();
  const save = saveButton();
  const table = detailsTable(["Token", "Score"], onOpen);
  const answersTitle = h("h3.xai-heading");
  const back = h("button.xai-link", {}, "‹ All steps");
  const answers = h(
    "section",
    {},
    h("div.xai-answers-head", {}, answersTitle, back),
    candidates.element,
    target.element,
  );
  const map = h(
    "div.xai-map",
    {},
    h(
      "div.xai-toolbar",
      { role: "group", "aria-label": "What is asked and shown" },
      method.element,
      baseline.element,
      value.element,
      options.element,
    ),
    about,
    before,
    h(
      "div.xai-attribution",
      {},
      h("div.xai-attribution-text", {}, headline.element, steps, pointed.element, sides, legend.element),
      h(
        "div.xai-attribution-facts",
        {},
        answers,
        h("section", {}, h("h3.xai-heading", {}, "What the scores add up to"), sum.element),
      ),
    ),
    beside,
    footer.element,
    h("div.xai-more", {}, save.element, copy.element, table.element),
  );
  const parts = [
    headline,
    method,
    baseline,
    value,
    options,
    candidates,
    target,
    sum,
    legend,
    pointed,
    footer,
    save,
  ];

  return {
    method,
    baseline,
    value,
    options,
    candidates,
    target,
    sum,
    legend,
    pointed,
    footer,
    refusal,
    about,
    headline,
    answers,
    answersTitle,
    back,
    sides,
    steps,
    before,
    beside,
    copy,
    save,
    table,
    map,
    elements: [refusal, map],
    destroy: () => {
      for (const part of parts) part.destroy();
    },
  };
}
