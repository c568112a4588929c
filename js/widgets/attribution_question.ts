import type { AttributionTarget } from "../contract.js";
import { setText } from "../views/controls/dom.js";
import type { AttributionGestures } from "./attribution_gestures.js";
import type { AttributionShell } from "./attribution_shell.js";
import { type AttributionState, chosenCandidates } from "./attribution_state.js";
import { methodWords, valueLabel } from "./attribution_words.js";
import { methodChoice } from "./method_choice.js";

const CHECKS = ["merge_words", "hide_special", "show_scores"] as const;

/** What is asked of the model, and how its answer is shown. `step` is the one on show; `wrong` is the id of the words for what went wrong last. */
export function drawQuestion(
  shell: AttributionShell,
  state: AttributionState,
  gestures: AttributionGestures,
  step: number,
  wrong: string | null,
): void {
  const { meta, question, first } = state;
  const { live } = meta;
  const method = meta.methods.find(({ name }) => name === question.method) ?? first.method;
  shell.method.update(
    { label: "Method", choices: live ? meta.methods.map(methodChoice) : [], chosen: method.name },
    { onChoose: (name) => gestures.ask({ method: name }) },
  );
  // One baseline for all methods on show that start from one.
  const baselines = [method, ...meta.methods.filter(({ name }) => question.compare.includes(name))]
    .map((each) => each.baselines)
    .find(({ length }) => length > 0);
  const choiceOf = (value: string, label: string) => ({ value, label, group: "", refused: null });
  shell.baseline.update(
    {
      label: "Baseline",
      choices:
        live && baselines !== undefined
          ? [choiceOf("", "the method's own"), ...baselines.map((name) => choiceOf(name, name))]
          : [],
      chosen: question.baseline,
    },
    { onChoose: (baseline) => gestures.ask({ baseline }) },
  );
  shell.value.update(
    {
      label: "Value",
      choices: (live ? meta.values : []).map((value) => ({ value, label: valueLabel(value) })),
      chosen: question.value,
    },
    { onChoose: (value) => gestures.ask({ value }) },
  );
  shell.options.update(
    [
      {
        label: "Merge into words",
        title: "Show whole words: the scores of their tokens, summed",
        on: state.mergeWords,
      },
      {
        label: "Hide special tokens",
        title: "Leave out [CLS], [SEP], </s> and their kin; what they add is still said",
        on: state.hideSpecial,
      },
      { label: "Show scores", title: "Write every score under its token", on: state.showScores },
    ],
    { onCheck: (index, on) => gestures.set(CHECKS[index] as (typeof CHECKS)[number], on) },
  );
  setText(shell.about, methodWords(method));
  drawAnswers(shell, state, gestures, step, wrong);
}

function drawAnswers(
  shell: AttributionShell,
  state: AttributionState,
  gestures: AttributionGestures,
  step: number,
  wrong: string | null,
): void {
  const { meta } = state;
  const candidates = meta.candidates[step] ?? [];
  const { explained, against } = chosenCandidates(state, step);
  shell.answers.hidden = candidates.length === 0;
  const ofText = meta.steps === null && !meta.within;
  setText(shell.answersTitle, ofText ? "What the model answers" : "What could have stood there");
  shell.back.hidden = !(meta.live && meta.within);
  shell.back.onclick = () => gestures.ask({ at: null, target: null });
  shell.candidates.update(
    { label: "Answers, likeliest first", candidates, explained, against },
    {
      onExplain: meta.live ? (target) => gestures.explain(state, step, target) : null,
      onContrast: (id) => gestures.contrast(state, step, id),
    },
  );
  shell.target.element.hidden = !meta.live;
  shell.target.update(
    { target: explained === null ? typedTarget(state.target) : "", wrong },
    { onTarget: (target) => gestures.explain(state, step, target) },
  );
}

/** What stands in the box: a target that is none of the candidates. */
function typedTarget(target: AttributionTarget): string {
  return typeof target === "string" ? target : "";
}
