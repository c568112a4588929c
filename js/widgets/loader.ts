import type { CodeTraits } from "../contract.js";
import type { RenderContext, WidgetModel } from "./lifecycle.js";

/** A bundle, as a module. */
interface Bundle {
  default: { render(context: RenderContext<CodeTraits>): () => void };
}

/** Under this name every widget of the page finds what others have imported. */
const IMPORTED = Symbol.for("xai_widgets.imported");

/**
 * JupyterLab 4.6 keeps the model of a closed widget for as long as the kernel runs: its end of the channel goes on
 * listening to the kernel. What is large in it is let go of, once the views are gone.
 */
function initialize({ model }: { model: WidgetModel<CodeTraits> }): void {
  model.on("destroy", () => {
    setTimeout(() => {
      model.set("payload", {});
      // A model also remembers what was there before it was last set.
      for (let time = 0; time < 2; time++) {
        model.set("_code", "");
        model.set("_css", "");
      }
    });
  });
}

/**
 * anywidget's entry: gets the widget's code from a trait, and imports it once in a page. A browser keeps a module for as
 * long as the page lives, so one for each widget that was ever made, as anywidget imports them, would fill it.
 */
async function render(context: RenderContext<CodeTraits>): Promise<() => void> {
  const { default: widget } = await bundle(context.model.get("_code"));
  return widget.render(context);
}

function bundle(code: string): Promise<Bundle> {
  const page = globalThis as { [IMPORTED]?: Map<string, Promise<Bundle>> };
  page[IMPORTED] ??= new Map();
  const known = page[IMPORTED];
  const found = known.get(code) ?? imported(code);
  known.set(code, found);
  // What could not be imported may be the next time.
  found.catch(() => known.delete(code));
  return found;
}

async function imported(code: string): Promise<Bundle> {
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  try {
    return await import(/* @vite-ignore */ url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

export default { initialize, render };
