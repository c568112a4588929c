import "./page.css";
import { errorWords } from "../core/words.js";
import { h } from "../views/controls/dom.js";
import type { RenderContext } from "../widgets/lifecycle.js";
import { type Content, contentOf } from "./content.js";
import { holdingOf } from "./holding.js";
import { keptBar } from "./kept_bar.js";
import { inNotebook } from "./notebook_place.js";
import { PageModel, type Traits } from "./page_model.js";

/** How to get what is not here, in words. */
const REST = {
  notebook: "Run the cell to ask the model.",
  page: "To ask the model, open the notebook that made this page.",
};

interface WidgetModule {
  default: { render(context: RenderContext<Traits>): unknown };
}

/** Makes the live view in place of the picture that stands there for readers that run no scripts. */
async function show(container: HTMLElement, place: keyof typeof REST, signal: AbortSignal): Promise<void> {
  const picture = container.querySelectorAll("img, p");
  try {
    const content = await contentOf(container.dataset.xai ?? "");
    const widget = await moduleOf(content);
    const holding = holdingOf(content, REST[place]);
    const bar = keptBar(holding.about, place === "page");
    const model = new PageModel(content.traits, holding, (refused) => bar.say(refused));
    // In a tree of its own: the styles of a page around it are not for what is in it.
    const host = h("div");
    const styles = container.querySelector("style")?.textContent ?? "";
    const el = h("div");
    host.attachShadow({ mode: "open" }).append(h("style", {}, content.css + styles), el);
    container.append(host);
    widget.default.render({ model, el, signal });
    el.querySelector(".xai-root")?.prepend(bar.element);
    // What is asked of the model is refused in words; that the text cannot be another is said before it is tried.
    for (const box of el.querySelectorAll("textarea")) box.readOnly = true;
    for (const element of picture) element.remove();
  } catch (error) {
    container.append(h("p", {}, `The interactive view does not start here: ${errorWords(error)}`));
  }
}

/** The widget's module, which stands in the page as text: imported as a notebook imports it. */
async function moduleOf({ esm }: Content): Promise<WidgetModule> {
  const url = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
  try {
    return await import(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

const container = document.currentScript?.closest<HTMLElement>(".xai-kept");
if (container?.dataset.xaiPlace === "page") {
  void show(container, "page", new AbortController().signal);
} else if (container) {
  inNotebook(container, (signal) => {
    // A question of a lesson is kept in words, with nothing to start.
    if (container.dataset.xai !== undefined) void show(container, "notebook", signal);
  });
}
