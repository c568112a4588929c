export type Theme = "auto" | "light" | "dark";

/** Backgrounds that notebook hosts declare; the first that is there decides. */
const HOST_BACKGROUNDS = ["--jp-layout-color1", "--vscode-editor-background"];

/**
 * Keeps the root in the host's colours, or in those that the person chose, and says when dark and light change.
 * Returns whether it is dark now.
 */
export function followTheme(
  root: HTMLElement,
  chosen: () => Theme,
  onChange: (dark: boolean) => void,
  signal: AbortSignal,
): () => boolean {
  let dark = false;
  const dusk = window.matchMedia("(prefers-color-scheme: dark)");

  function decide(): boolean {
    const theme = chosen();
    // Host variables are of the host's theme: against the person's own choice they would mix light with dark.
    root.toggleAttribute("data-follow", theme === "auto");
    dark = theme === "auto" ? hostIsDark(root, dusk.matches) : theme === "dark";
    root.dataset.theme = dark ? "dark" : "light";
    return dark;
  }

  function look(): void {
    const before = dark;
    if (decide() !== before) onChange(dark);
  }

  // Hosts change their theme by attributes of the page; the style sheet may follow a moment later.
  let later: ReturnType<typeof setTimeout> | undefined;
  const observer = new MutationObserver(() => {
    look();
    clearTimeout(later);
    later = setTimeout(look, 300);
  });
  const attributes = {
    attributes: true,
    attributeFilter: [
      "class",
      "style",
      "theme",
      "data-theme",
      "data-jp-theme-name",
      "data-vscode-theme-kind",
    ],
  };
  observer.observe(document.documentElement, attributes);
  observer.observe(document.body, attributes);
  dusk.addEventListener("change", look, { signal });
  signal.addEventListener(
    "abort",
    () => {
      observer.disconnect();
      clearTimeout(later);
    },
    { once: true },
  );
  return decide;
}

function hostIsDark(root: HTMLElement, dusk: boolean): boolean {
  const style = getComputedStyle(root);
  for (const name of HOST_BACKGROUNDS) {
    const declared = style.getPropertyValue(name).trim();
    const luminance = declared === "" ? null : luminanceOf(resolve(root, declared));
    if (luminance !== null) return luminance < 0.4;
  }
  for (let node = above(root); node !== null; node = above(node)) {
    const luminance = luminanceOf(getComputedStyle(node).backgroundColor);
    if (luminance !== null) return luminance < 0.4;
  }
  // Nothing painted: the canvas is dark only where the page says that it follows the system.
  return dusk && getComputedStyle(document.documentElement).colorScheme.includes("dark");
}

/** Any CSS colour as the browser computes it. */
function resolve(root: HTMLElement, colour: string): string {
  const probe = document.createElement("span");
  probe.style.backgroundColor = colour;
  probe.hidden = true;
  root.append(probe);
  const computed = getComputedStyle(probe).backgroundColor;
  probe.remove();
  return computed;
}

/** The element around, through shadow roots: marimo puts widgets into one. */
function above(node: Element): Element | null {
  if (node.parentElement !== null) return node.parentElement;
  const root = node.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}

/** Relative luminance, roughly; null for what is mostly transparent or not understood. */
function luminanceOf(colour: string): number | null {
  const [red, green, blue, alpha = 1] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  if (red === undefined || green === undefined || blue === undefined || alpha < 0.5) return null;
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}
