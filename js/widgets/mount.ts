import { h } from "../views/controls/dom.js";
import { keepKeys } from "./keys.js";
import { atEnd, onChange, type RenderContext, startLife, type WidgetModel } from "./lifecycle.js";

interface PresenterTraits {
  presenter?: boolean;
}

/** anywidget's `render`: one view of a widget in a root of its own, for as long as the host shows it. */
export function mount<Traits>(
  { model, el, signal }: RenderContext<Traits>,
  view: (model: WidgetModel<Traits>, root: HTMLElement, signal: AbortSignal) => void,
): () => void {
  const life = startLife(signal);
  if (life.signal.aborted) return life.end;
  const root = h("div.xai-root");
  el.classList.add("xai-host");
  el.append(root);
  keepKeys(root, life.signal);
  present(model as WidgetModel<PresenterTraits>, root, life.signal);
  view(model, root, life.signal);
  atEnd(life.signal, () => root.remove());
  return life.end;
}

/** Large type for a projector: how large, the style sheet says. */
function present(model: WidgetModel<PresenterTraits>, root: HTMLElement, signal: AbortSignal): void {
  const look = () => root.toggleAttribute("data-presenter", model.get("presenter") ?? false);
  onChange(model, ["presenter"], look, signal);
  look();
}
