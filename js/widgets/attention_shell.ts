import type { AttentionKind, Presentation, SegmentFilter } from "../contract.js";
import { h } from "../views/controls/dom.js";
import { footerNotes } from "../views/controls/footer_notes.js";
import { headBoxes } from "../views/controls/head_boxes.js";
import { layerStepper } from "../views/controls/layer_stepper.js";
import { presentationToggle } from "../views/controls/presentation_toggle.js";
import { readout } from "../views/controls/readout.js";
import { saveButton } from "../views/controls/save_button.js";
import { segmented } from "../views/controls/segmented.js";
import { viewOptions } from "../views/controls/view_options.js";
import { weightsTable } from "../views/controls/weights_table.js";

export type AttentionShell = ReturnType<typeof attentionShell>;

/** Every part of the widget, laid out: text, toolbar, views, what is pointed at, legend, table. */
export function attentionShell() {
  const kinds = segmented<AttentionKind>();
  const layer = layerStepper();
  const heads = headBoxes();
  const presentation = presentationToggle<Presentation>([
    ["lines", "Lines"],
    ["matrix", "Matrix"],
    ["grid", "Grid"],
  ]);
  const options = viewOptions();
  const segments = segmented<SegmentFilter>();
  const pointed = readout();
  const table = weightsTable();
  const views = h("div");
  const footer = footerNotes();
  const save = saveButton();
  const refusal = h("p.xai-refusal", { role: "alert" });
  const map = h(
    "div.xai-map",
    {},
    h(
      "div.xai-toolbar",
      { role: "group", "aria-label": "What is shown" },
      presentation.element,
      kinds.element,
      layer.element,
      heads.element,
      options.element,
      segments.element,
    ),
    pointed.element,
    views,
    footer.element,
    save.element,
    table.element,
  );
  const parts = [kinds, layer, heads, presentation, options, segments, pointed, footer, save, table];
  const elements = [refusal, map];

  return {
    kinds,
    layer,
    heads,
    presentation,
    options,
    segments,
    pointed,
    table,
    views,
    footer,
    save,
    refusal,
    map,
    elements,
    destroy: () => {
      for (const part of parts) part.destroy();
    },
  };
}
