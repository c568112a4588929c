import type { BeamState, WireBeam } from "../contract.js";
import { labelOf } from "../core/axes.js";
import { beamPath } from "../core/beam_layout.js";
import { isolated } from "../core/words.js";
import { type BeamTreeData, beamTree } from "../views/beam_tree.js";
import { h, on, setAttribute, setText } from "../views/controls/dom.js";
import { remembered } from "./remembered.js";
import type { Part, TranslationScene } from "./translation_scene.js";
import { logProbNumber } from "./translation_scores.js";

/** What became of a node, as the legend says it. */
const FATES: Record<BeamState, string> = {
  chosen: "in the result",
  kept: "kept: the search went on from it",
  finished: "ended, and another ended better",
  dropped: "dropped",
};

/** The tree of the beam search: what was kept, what was dropped, and another way through it. */
export function translationBeams(): Part {
  const tree = beamTree();
  const words = h("p.xai-beam-words", { "aria-live": "polite" });
  const text = h("p.xai-beam-text", { dir: "auto" });
  const follow = h("button.xai-small", {}, "Follow this beam");
  const back = h("button.xai-small", {}, "Back to the result");
  const none = h(
    "p.xai-empty",
    {},
    "No beam search to show: generate with num_beams of at least 2 to see all that it looked at.",
  );
  const all = h(
    "div",
    {},
    h(
      "div.xai-marks",
      {},
      ...Object.entries(FATES).map(([state, fate]) =>
        h(
          "span.xai-legend-item",
          {},
          h("span.xai-beam", { "data-state": state, "aria-hidden": "true" }),
          fate,
        ),
      ),
    ),
    tree.element,
    h("div.xai-beam-facts", {}, h("div.xai-beam-about", {}, words, text), follow, back),
  );
  const element = h("div", {}, none, all);
  const dataOnce = remembered<BeamTreeData>();
  const pathOnce = remembered<number[]>();
  let scene: TranslationScene | null = null;
  let hovered: number | null = null;

  /** Goes on from the beam that is looked at, or back from it. */
  function leave(followed: boolean): void {
    if (scene === null || scene.state.beam === null) return;
    const { beam, forced, meta } = scene.state;
    const nodes = meta.beams?.nodes ?? [];
    const ids = beamPath(nodes, beam).map((node) => nodes[node]?.id ?? 0);
    scene.gestures.ask({ forced: followed ? ids : forced, beam: null });
  }
  on(follow, "click", () => leave(true));
  on(back, "click", () => leave(false));

  function draw(): void {
    if (scene === null) return;
    const { state, sides, gestures } = scene;
    const { meta, beam, forced } = state;
    const nodes = meta.beams?.nodes ?? [];
    none.hidden = nodes.length > 0;
    all.hidden = nodes.length === 0;
    if (nodes.length === 0) return;
    const path = pathOnce([meta.beams, beam], () => beamPath(nodes, lookedNode(beam, nodes)));
    const { direction } = sides.target.plan.axis;
    const data = dataOnce([meta.beams, direction], () => ({ nodes, direction }));
    tree.update(data, {
      path,
      step: state.step,
      hovered,
      words: (node) => nodeWords(nodes[node] as WireBeam),
      onHover: (node) => {
        if (node === hovered) return;
        hovered = node;
        draw();
      },
      onPick: (node) => {
        gestures.set("step", nodes[node]?.step ?? 0);
        if (meta.live && !path.includes(node)) gestures.ask({ forced, beam: node });
      },
    });
    const spoken = hovered ?? path.at(-1) ?? 0;
    setText(words, nodeWords(nodes[spoken] as WireBeam));
    const written = beamPath(nodes, spoken).map((node) => nodes[node]?.text ?? "");
    setText(text, written.join("").trim());
    for (const button of [follow, back]) {
      button.hidden = !meta.live;
      setAttribute(button, "aria-disabled", beam === null && "true");
    }
  }

  return {
    element,
    update(next) {
      if (next.state.payload !== scene?.state.payload) hovered = null;
      scene = next;
      draw();
    },
    destroy() {
      scene = null;
      tree.destroy();
    },
  };
}

/** The beam on show: the one that was asked for, else the last of the result. */
function lookedNode(beam: number | null, nodes: WireBeam[]): number {
  if (beam !== null && beam < nodes.length) return beam;
  return nodes.reduce((last, { state }, node) => (state === "chosen" ? node : last), 0);
}

function nodeWords({ text, step, log_prob, score, final, state }: WireBeam): string {
  const ended = final === null ? "" : `, compared by ${logProbNumber(final)}`;
  return `“${isolated(labelOf(text))}”, step ${step + 1}: adds ${logProbNumber(log_prob)}, in sum ${logProbNumber(score)}${ended}; ${FATES[state]}.`;
}
