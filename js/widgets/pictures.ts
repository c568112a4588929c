import { decodeArray } from "../core/codec.js";
import type { SaveOptions } from "../views/controls/save_button.js";
import type { QuestionPanel } from "./question_panel.js";

/** Pictures that Python draws of what is on show, as the page looks. */
export function picturesBy(
  panel: Pick<QuestionPanel, "ask">,
  commits: { flush(): void },
  dark: () => boolean,
): SaveOptions {
  return {
    async draw(format, width) {
      // Python draws what it knows of: the last gesture, too.
      commits.flush();
      const theme = dark() ? "dark" : "light";
      const answer = await panel.ask({ what: "picture", format, theme, width });
      // A copy: the message's buffer is not ours to keep.
      return decodeArray(answer, "uint8", "picture").slice();
    },
  };
}
