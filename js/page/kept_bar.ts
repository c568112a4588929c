import { h, setText } from "../views/controls/dom.js";
import { segmented } from "../views/controls/segmented.js";

type Theme = "auto" | "light" | "dark";

const THEMES = [
  { value: "auto", label: "Auto", title: "As the system is set" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
] as const;

/** The line over a kept view: what it holds, or what it could not show; in a page of its own also light or dark. */
export function keptBar(about: string, ownPage: boolean) {
  const words = h("p.xai-kept-words", { role: "status" }, about);
  const element = h("div.xai-kept-bar", {}, words);
  if (ownPage) element.append(themeChoice());
  return {
    element,
    say(refused: string): void {
      setText(words, refused || about);
      words.classList.toggle("xai-refused", refused !== "");
    },
  };
}

/** The widget follows the page, so it is the page that is told. */
function themeChoice(): HTMLElement {
  const view = segmented<Theme>();
  const choose = (theme: Theme) => {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    view.update({ label: "Colours", choices: [...THEMES], chosen: theme }, { onChoose: choose });
  };
  choose((document.documentElement.dataset.theme as Theme | undefined) ?? "auto");
  return view.element;
}
