import { isDark, parseColour } from "../core/colour.js";
import { h } from "../views/controls/dom.js";
import { onResize } from "../views/resize.js";
import { atEnd, onChange, type WidgetModel } from "./lifecycle.js";

export type Theme = "auto" | "light" | "dark";

/** Backgrounds that notebook hosts declare; the first that is there decides. */
const HOST_BACKGROUNDS = ["--jp-layout-color1", "--vscode-editor-background"];

const PAGE_ATTRIBUTES = [
  "class",
  "style",
  "theme",
  "data-theme",
  "data-jp-theme-name",
  "data-vscode-theme-kind",
];

/**
 * Keeps the root in the host's colours, or in those that the person chose. Asking the page what it looks like is dear, so
 * it is asked when something happens that may have changed it, never while drawing.
 */
export class ThemeFollower {
  dark = false;
  readonly #root: HTMLElement;
  readonly #model: WidgetModel<{ theme: Theme }>;
  readonly #onChange: () => void;
  readonly #dusk = window.matchMedia("(prefers-color-scheme: dark)");

  constructor(
    model: WidgetModel<{ theme: Theme }>,
    root: HTMLElement,
    signal: AbortSignal,
    repaint: () => void = () => {},
  ) {
    this.#model = model;
    this.#root = root;
    this.#onChange = repaint;
    this.#follow(signal);
    this.#look();
  }

  /** Looks again: at what was chosen, and at the page. */
  #look(): void {
    const theme = this.#model.get("theme");
    // Host variables are of the host's theme: against the person's own choice they would mix light with dark.
    this.#root.toggleAttribute("data-follow", theme === "auto");
    const dark = theme === "auto" ? hostIsDark(this.#root, this.#dusk.matches) : theme === "dark";
    this.#root.dataset.theme = dark ? "dark" : "light";
    if (dark === this.dark) return;
    this.dark = dark;
    this.#onChange();
  }

  #follow(signal: AbortSignal): void {
    // Hosts change their theme by attributes of the page; the style sheet may follow a moment later.
    let later: ReturnType<typeof setTimeout> | undefined;
    const observer = new MutationObserver(() => {
      this.#look();
      clearTimeout(later);
      later = setTimeout(() => this.#look(), 300);
    });
    for (const page of [document.documentElement, document.body]) {
      observer.observe(page, { attributes: true, attributeFilter: PAGE_ATTRIBUTES });
    }
    onResize(this.#root, () => this.#look(), signal);
    onChange(this.#model, ["theme"], () => this.#look(), signal);
    this.#dusk.addEventListener("change", () => this.#look(), { signal });
    atEnd(signal, () => {
      observer.disconnect();
      clearTimeout(later);
    });
  }
}

function hostIsDark(root: HTMLElement, dusk: boolean): boolean {
  const style = getComputedStyle(root);
  const declared = HOST_BACKGROUNDS.map((name) => style.getPropertyValue(name).trim());
  const painted = [...declared.filter(Boolean).map((colour) => resolve(root, colour)), ...grounds(root)];
  const ground = painted.map(parseColour).find((colour) => colour !== null);
  // Nothing painted: the canvas is dark only where the page says that it follows the system.
  return ground
    ? isDark(ground)
    : dusk && getComputedStyle(document.documentElement).colorScheme.includes("dark");
}

/** Any CSS colour as the browser computes it. */
function resolve(root: HTMLElement, colour: string): string {
  const probe = h("span", { hidden: true });
  probe.style.backgroundColor = colour;
  root.append(probe);
  const computed = getComputedStyle(probe).backgroundColor;
  probe.remove();
  return computed;
}

/** The backgrounds of all elements around, through shadow roots: marimo puts widgets into one. */
function grounds(node: Element): string[] {
  const root = node.getRootNode();
  const above = node.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
  return above === null ? [] : [getComputedStyle(above).backgroundColor, ...grounds(above)];
}
