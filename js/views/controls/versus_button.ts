import type { Candidate } from "./candidate_list.js";
import { h, setAttribute } from "./dom.js";

/** Beside a candidate: holds it against the one that is explained. One that is not offered keeps its place, unseen. */
export function versusButton({ id, text }: Candidate, offered: boolean): HTMLElement {
  const versus = h(
    "button.xai-link.xai-versus",
    {
      "data-id": id,
      "aria-label": `vs “${text.trim()}”`,
      title: "Explain the difference between the one that is explained and this one",
    },
    "vs",
  );
  versus.classList.toggle("xai-away", !offered);
  setAttribute(versus, "aria-disabled", !offered && "true");
  setAttribute(versus, "tabindex", !offered && "-1");
  return versus;
}
