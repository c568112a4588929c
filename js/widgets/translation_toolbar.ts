import type { StepColour } from "../contract.js";
import type { TranslationGestures } from "./translation_gestures.js";
import type { TranslationShell } from "./translation_shell.js";
import { absent, type TranslationState } from "./translation_state.js";
import { ROW_CHOICES } from "./translation_words.js";

const CHECKS = ["merge_words", "hide_special"] as const;

/** What is shown, and by what colour. */
export function drawToolbar(
  shell: TranslationShell,
  state: TranslationState,
  gestures: TranslationGestures,
): void {
  const { meta, colours } = state;
  shell.presentation.update(state.presentation, {
    absent: absent(meta),
    onPresentation: (presentation) => gestures.set("presentation", presentation),
  });
  const [first, second] = [colours[0] as StepColour, colours[1] ?? null];
  shell.colour.update("Colour by", null, state, first, (by) => {
    if (by !== null) gestures.set("colours", second === null ? [by] : [by, second]);
  });
  shell.beside.update("beside it", "nothing", state, second, (by) =>
    gestures.set("colours", by === null ? [first] : [first, by]),
  );
  shell.rows.update(
    {
      label: "Row of attention",
      choices: colours.some(({ what }) => what === "attention") ? ROW_CHOICES : [],
      chosen: state.rows,
    },
    { onChoose: (rows) => gestures.set("rows", rows) },
  );
  shell.options.update(
    [
      {
        label: "Merge into words",
        title: "Show whole words: the mean over a word's steps of the sum over the other's tokens",
        on: state.mergeWords,
      },
      {
        label: "Hide special tokens",
        title: "Leave out </s> and its kin; what they have is still said",
        on: state.hideSpecial,
      },
    ],
    { onCheck: (index, on) => gestures.set(CHECKS[index] as (typeof CHECKS)[number], on) },
  );
}
