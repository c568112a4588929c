import "./attribution.css";
import type { AttributionTraits } from "../contract.js";
import { AttributionViewer } from "./attribution_viewer.js";
import type { RenderContext } from "./lifecycle.js";
import { mount } from "./mount.js";

/** anywidget's entry: one view of an AttributionWidget. */
function render(context: RenderContext<AttributionTraits>): () => void {
  return mount(context, (model, root, signal) => new AttributionViewer(model, root, signal));
}

export default { render };
