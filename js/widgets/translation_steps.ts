import type { WireStep } from "../contract.js";
import { percent } from "../core/numbers.js";
import { isolated } from "../core/words.js";
import { attributionText } from "../views/attribution_text.js";
import { type Candidate, candidateList } from "../views/controls/candidate_list.js";
import { h, setText } from "../views/controls/dom.js";
import { scrubber } from "../views/controls/scrubber.js";
import { targetBox } from "../views/controls/target_box.js";
import { isPicked } from "./picks.js";
import { player } from "./player.js";
import { rowAt, rowOf } from "./translation_focus.js";
import type { Part, TranslationScene } from "./translation_scene.js";
import { logProbWords } from "./translation_words.js";

/** The generation step by step: what was written, what else could have stood there, and another token in its place. */
export function translationSteps(): Part {
  const slider = scrubber("Step");
  const text = attributionText();
  const candidates = candidateList("Put", null);
  const box = targetBox({
    label: "Put another token here, as it is written",
    placeholder: "another token",
    button: "Put it here",
  });
  const about = h("p.xai-step-words");
  const title = h("h3.xai-heading", {}, "What could have stood there");
  const element = h(
    "div.xai-stepping",
    {},
    slider.element,
    text.element,
    about,
    h("div.xai-alternatives", {}, title, candidates.element, box.element),
  );
  let scene: TranslationScene | null = null;
  const playing = player(forward, draw);

  /** One step on; false where there is none after it. */
  function forward(): boolean {
    if (scene === null) return false;
    const { state, gestures } = scene;
    const left = state.meta.steps.length - 2 - state.step;
    if (left >= 0) gestures.set("step", state.step + 1, left === 0);
    return left > 0;
  }

  function move(step: number, settled = true): void {
    playing.stop();
    scene?.gestures.set("step", step, settled);
  }

  function play(): void {
    if (scene === null) return;
    const { step, meta } = scene.state;
    if (playing.on()) move(step);
    else {
      if (step === meta.steps.length - 1) scene.gestures.set("step", 0, false);
      playing.start();
    }
  }

  function force(token: number | string): void {
    if (scene === null) return;
    const { meta, step } = scene.state;
    playing.stop();
    const before = meta.steps.slice(0, step).map(({ id }) => id);
    scene.gestures.ask({ forced: [...before, token], beam: null, text_pair: "" });
  }

  function draw(): void {
    if (scene === null) return;
    const { meta, step } = scene.state;
    const count = meta.steps.length;
    const own = meta.steps[step];
    const words = own === undefined ? "Nothing was written" : `Step ${step + 1} of ${count}`;
    slider.update({ at: step, count, playing: playing.on(), words }, { onMove: move, onPlay: play });
    drawText(scene);
    setText(about, own === undefined ? "" : stepWords(own));
    title.hidden = candidates.element.hidden = own === undefined;
    candidates.update(
      {
        label: "What could have stood there, likeliest first",
        candidates: own === undefined ? [] : candidatesOf(own),
        explained: own?.id ?? null,
        against: null,
      },
      { onExplain: meta.live ? force : null },
    );
    box.element.hidden = !meta.live || own === undefined;
    box.update({ target: "", wrong: scene.wrong }, { onTarget: force });
  }

  function drawText({ state, sides, pointed, point }: TranslationScene): void {
    // The text above it marks the step as well: it need not stand there twice.
    text.element.hidden = state.presentation.includes("text");
    if (text.element.hidden) return;
    const { plan, label, pieces } = sides.target;
    const { spans, direction } = plan.axis;
    const current = rowOf(spans, [state.step, state.step + 1]);
    const go = (row: number) => move((spans[row]?.[1] ?? 1) - 1);
    text.update(
      { label, pieces, direction, scores: null, signed: false },
      {
        colours: null,
        numbers: false,
        hovered: rowAt(rowOf(spans, pointed?.target ?? null)),
        picked: (row) => isPicked(state.selection, 1, spans[row] ?? [0, 0]),
        look: (row) => (row === current ? "current" : (spans[row]?.[0] ?? 0) > state.step ? "unseen" : ""),
        onHover: (row) => point(row === null ? null : { source: null, target: spans[row] ?? null }),
        onPick: go,
        onMove: go,
      },
    );
  }

  return {
    element,
    update(next) {
      scene = next;
      draw();
    },
    destroy() {
      scene = null;
      playing.stop();
    },
  };
}

function stepWords({ text, log_prob, forced }: WireStep): string {
  const thought = log_prob === null ? "" : `: ${logProbWords(log_prob)}`;
  return `“${isolated(text.trim())}”${thought}${forced ? ", put there by hand" : ""}`;
}

/** The candidates, and what was written where it is none of them. */
function candidatesOf({ id, text, log_prob, raw_log_prob, candidates, forced }: WireStep): Candidate[] {
  const share = (logProb: number | null) => (logProb === null ? null : Math.exp(logProb));
  const own = { id, text, probability: share(log_prob), raw_probability: share(raw_log_prob) };
  const all = candidates.some((each) => each.id === id) ? candidates : [...candidates, own];
  return all.map((each) => {
    const { probability, raw_probability } = each;
    const other = raw_probability !== null && Math.abs((probability ?? 0) - raw_probability) > 0.0005;
    return {
      id: each.id,
      text: each.text,
      value: probability ?? Number.NaN,
      probability,
      sign: each.id === id ? (forced ? "✎" : "✓") : "",
      note: other ? `the model alone: ${percent(raw_probability)}` : "",
    };
  });
}
