import "./attention.css";
import type { AttentionTraits } from "../contract.js";
import { h } from "../views/controls/dom.js";
import { AttentionViewer } from "./attention_viewer.js";
import { keepKeys } from "./keys.js";
import { type RenderContext, startLife } from "./lifecycle.js";

/** anywidget's entry: one view of an AttentionWidget. */
export function render({ model, el, signal }: RenderContext<AttentionTraits>): () => void {
  const life = startLife(signal);
  if (life.signal.aborted) return life.end;
  const root = h("div", { class: "xai-root" });
  el.classList.add("xai-host");
  el.append(root);
  keepKeys(root, life.signal);
  new AttentionViewer(model, root, life.signal);
  life.signal.addEventListener("abort", () => root.remove(), { once: true });
  return life.end;
}

export default { render };
