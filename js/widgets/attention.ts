import "./attention.css";
import type { AttentionTraits } from "../contract.js";
import { AttentionViewer } from "./attention_viewer.js";
import type { RenderContext } from "./lifecycle.js";
import { mount } from "./mount.js";

/** anywidget's entry: one view of an AttentionWidget. */
function render(context: RenderContext<AttentionTraits>): () => void {
  return mount(context, (model, root, signal) => new AttentionViewer(model, root, signal));
}

export default { render };
