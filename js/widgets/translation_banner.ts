import { capital } from "../core/words.js";
import { h, on, setText } from "../views/controls/dom.js";
import type { TranslationGestures } from "./translation_gestures.js";
import type { TranslationState } from "./translation_state.js";

/** Who wrote what is on show, and the way to something else. One line, always there. */
export function translationBanner() {
  const words = h("span");
  const button = h("button.xai-small");
  const element = h("div.xai-banner", {}, words, button);
  let act: () => void = () => {};
  on(button, "click", () => act());

  return {
    element,
    /** `edit` puts what was written into the box where a person writes. */
    update({ meta, forced, beam }: TranslationState, gestures: TranslationGestures, edit: () => void): void {
      const own = () => gestures.ask({ forced: [], beam: null, text_pair: "" });
      const say = (said: string, offered: string, next: () => void) => {
        setText(words, meta.finished ? said : `${said} Stopped before its end.`);
        setText(button, offered);
        act = next;
      };
      button.hidden = !meta.live;
      if (beam !== null) {
        const back = () => gestures.ask({ forced, beam: null });
        say("A beam that is not the result is on show.", "Back to the result", back);
      } else if (meta.given) {
        say("Written by hand: under each token its log-probability.", "Let the model write", own);
      } else if (forced.length > 0) {
        const tokens = forced.length === 1 ? "The first token was" : `The first ${forced.length} tokens were`;
        say(`${tokens} put there; the model wrote on from there.`, "Back to the model's own", own);
      } else say(`${capital(meta.options) || "As the model writes by itself"}.`, "Edit by hand", edit);
    },
  };
}
