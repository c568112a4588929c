import "./translation.css";
import type { TranslationTraits } from "../contract.js";
import type { RenderContext } from "./lifecycle.js";
import { mount } from "./mount.js";
import { TranslationViewer } from "./translation_viewer.js";

/** anywidget's entry: one view of a TranslationWidget. */
function render(context: RenderContext<TranslationTraits>): () => void {
  return mount(context, (model, root, signal) => new TranslationViewer(model, root, signal));
}

export default { render };
