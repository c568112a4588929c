import "./page.css";
import type { RenderContext } from "../widgets/lifecycle.js";
import { type Content, contentOf } from "./content.js";
import { holdingOf } from "./holding.js";
import { keptBar } from "./kept_bar.js";
import { PageModel, type Traits } from "./page_model.js";

/**
 * The script of a page that holds a widget (a file, or an output of a saved notebook): makes the live view of it in
 * place of the picture that stands there for readers that run no scripts.
 */
const REST = "To ask the model, open the notebook that made this page.";

interface WidgetModule {
  default: { render(context: RenderContext<Traits>): unknown };
}

async function show(container: HTMLElement): Promise<void> {
  const picture = [...container.children];
  try {
    const content = await contentOf(container.dataset.xai ?? "");
    const widget = await moduleOf(content);
    const host = document.createElement("div");
    const style = document.createElement("style");
    style.textContent = content.css;
    container.append(style, host);
    const holding = holdingOf(content, REST);
    const bar = keptBar(holding.about, container.dataset.xaiPlace === "page");
    widget.default.render({
      model: new PageModel(content.traits, holding, (refused) => bar.say(refused)),
      el: host,
    });
    host.querySelector(".xai-root")?.prepend(bar.element);
    // What is asked of the model is refused in words; that the text cannot be another is said before it is tried.
    for (const box of host.querySelectorAll("textarea")) box.readOnly = true;
    for (const element of picture) element.remove();
  } catch (error) {
    const words = document.createElement("p");
    const reason = error instanceof Error ? error.message : String(error);
    words.textContent = `The interactive view does not start here: ${reason}`;
    container.append(words);
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
if (container) void show(container);
