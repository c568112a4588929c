import { attributionText } from "../views/attribution_text.js";
import { colourLegend } from "../views/colour_legend.js";
import { h, setText } from "../views/controls/dom.js";
import { isPicked } from "./picks.js";
import { remembered } from "./remembered.js";
import { scaleOf } from "./translation_colours.js";
import { rowOf, SIDES, type SideScores, scoresOf } from "./translation_focus.js";
import type { Slot, TranslationScene } from "./translation_scene.js";
import { colourWords } from "./translation_words.js";

/** Source and target as two lines of text, in one of the colours, with its legend. */
class TextPair {
  readonly #texts = { source: attributionText(), target: attributionText() };
  readonly #legend = colourLegend();
  readonly #failed = h("p.xai-empty");
  readonly #scoresOnce = remembered<SideScores>();
  /** The same with nothing where nothing can be seen: that has no colour. */
  readonly #paintedOnce = remembered<SideScores>();
  readonly element = h(
    "div.xai-pair",
    { role: "group" },
    this.#texts.source.element,
    this.#texts.target.element,
    this.#legend.element,
    this.#failed,
  );

  update(scene: TranslationScene, { shown, failed }: Slot): void {
    const { state, sides, looked, pointed, dark } = scene;
    const scale = shown === null ? "weight" : scaleOf(shown, state);
    const colours = shown === null ? null : scene.colours.of(shown, scale, dark);
    const scores = this.#scoresOnce([shown, looked.side, looked.rows.join()], () => {
      const none = { source: null, target: null };
      return shown === null ? none : scoresOf(looked, shown);
    });
    const painted = this.#paintedOnce([scores], () => {
      const seen = (row: Float32Array | null) => row?.map((score) => score || 0) ?? null;
      return { source: seen(scores.source), target: seen(scores.target) };
    });
    const current = rowOf(sides.target.plan.axis.spans, [state.step, state.step + 1]);
    SIDES.forEach((name, side) => {
      const { label, pieces, plan } = sides[name];
      const own = scores[name];
      const spanOf = (row: number) => plan.axis.spans[row] ?? ([0, 0] as const);
      const hovered = rowOf(plan.axis.spans, pointed?.[name] ?? null);
      this.#texts[name].update(
        {
          label,
          pieces,
          direction: plan.axis.direction,
          scores: painted[name],
          signed: scale === "signed",
        },
        {
          colours,
          numbers: false,
          hovered: hovered < 0 ? null : hovered,
          picked: (row) => isPicked(state.selection, side, spanOf(row)),
          look: (row) => {
            if (side === 1 && row === current) return "current";
            return Number.isNaN(own?.[row] ?? 0) ? "unseen" : "";
          },
          onHover: (row) => {
            const none = { source: null, target: null };
            scene.point(row === null ? null : { ...none, [name]: spanOf(row) });
          },
          onPick: (row) => scene.gestures.pick(side, spanOf(row)),
        },
      );
    });
    const title = shown === null ? "" : colourWords(shown.by, state.meta);
    this.element.setAttribute("aria-label", title);
    this.#legend.element.hidden = shown === null;
    this.#legend.update({ title, scale, colours, ink: scene.colours.ink(dark), unseen: false }, null);
    setText(this.#failed, failed);
    this.#failed.hidden = failed === "";
  }

  destroy(): void {
    for (const part of [this.#texts.source, this.#texts.target, this.#legend]) part.destroy();
    this.element.remove();
  }
}

/** The two texts, once for each colour that is chosen. */
export class TranslationText {
  readonly element = h("div.xai-pairs");
  #pairs: TextPair[] = [];

  update(scene: TranslationScene): void {
    while (this.#pairs.length > scene.slots.length) this.#pairs.pop()?.destroy();
    while (this.#pairs.length < scene.slots.length) {
      const pair = new TextPair();
      this.#pairs.push(pair);
      this.element.append(pair.element);
    }
    scene.slots.forEach((slot, index) => {
      this.#pairs[index]?.update(scene, slot);
    });
  }

  destroy(): void {
    for (const pair of this.#pairs) pair.destroy();
  }
}
