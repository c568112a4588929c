import { attributionText } from "../views/attribution_text.js";
import { colourLegend } from "../views/colour_legend.js";
import { h, setAttribute, setText } from "../views/controls/dom.js";
import { several } from "../views/several.js";
import { isPicked } from "./picks.js";
import { remembered } from "./remembered.js";
import { rowAt, rowOf, SIDES, type SideScores, scoresOf } from "./translation_focus.js";
import type { Part, Slot, TranslationScene } from "./translation_scene.js";

const NONE = { source: null, target: null };

/** Source and target as two lines of text, in one of the colours, with its legend. */
function textPair() {
  const texts = { source: attributionText(), target: attributionText() };
  const legend = colourLegend();
  const failure = h("p.xai-empty");
  const element = h(
    "div.xai-pair",
    { role: "group" },
    texts.source.element,
    texts.target.element,
    legend.element,
    failure,
  );
  let revealed = -1;
  const scoresOnce = remembered<SideScores>();
  /** The same with nothing where nothing can be seen: that has no colour. */
  const paintedOnce = remembered<SideScores>();

  return {
    element,
    update(scene: TranslationScene, { shown, failed }: Slot): void {
      const { state, sides, looked, pointed, gestures } = scene;
      const scores = scoresOnce([shown, looked.side, looked.rows.join()], () =>
        shown === null ? NONE : scoresOf(looked, shown),
      );
      const painted = paintedOnce([scores], () => {
        const seen = (row: Float32Array | null) => row?.map((score) => score || 0) ?? null;
        return { source: seen(scores.source), target: seen(scores.target) };
      });
      const colours = shown && scene.legend(shown);
      const current = rowOf(sides.target.plan.axis.spans, [state.step, state.step + 1]);
      SIDES.forEach((name, side) => {
        const { label, pieces, plan } = sides[name];
        const { spans, direction } = plan.axis;
        const spanOf = (row: number) => spans[row] ?? ([0, 0] as const);
        const hovered = rowOf(spans, pointed?.[name] ?? null);
        texts[name].update(
          {
            label,
            pieces: side === 1 ? sides.thought : pieces,
            direction,
            scores: painted[name],
            signed: shown?.scale === "signed",
          },
          {
            colours: colours?.colours ?? null,
            numbers: false,
            hovered: rowAt(hovered),
            picked: (row) => isPicked(state.selection, side, spanOf(row)),
            look: (row) => {
              if (side === 1 && row === current) return "current";
              // What looks cannot see itself, and is looked at all the same.
              const own = looked.side === name && looked.rows.includes(row);
              return !own && Number.isNaN(scores[name]?.[row] ?? 0) ? "unseen" : "";
            },
            onHover: (row) => scene.point(row === null ? null : { ...NONE, [name]: spanOf(row) }),
            onPick: (row) => gestures.pick(side, spanOf(row)),
          },
        );
      });
      if (current !== revealed) {
        revealed = current;
        reveal(texts.target.element);
      }
      setAttribute(element, "aria-label", shown?.title);
      legend.element.hidden = colours === null;
      if (colours !== null) legend.update(colours, null);
      setText(failure, failed);
      failure.hidden = failed === "";
    },
    destroy: () => element.remove(),
  };
}

/** Scrolls a long text, and nothing else, to the step that is looked at. */
function reveal(text: HTMLElement): void {
  const chip = text.querySelector("[aria-current]");
  const list = chip?.parentElement;
  if (chip == null || list == null) return;
  const [own, seen] = [chip.getBoundingClientRect(), list.getBoundingClientRect()];
  if (own.top < seen.top || own.bottom > seen.bottom) list.scrollTop += own.top - seen.top - seen.height / 3;
}

/** The two texts, once for each colour that is chosen. */
export function translationText(): Part {
  const element = h("div.xai-pairs");
  const pairs = several(element, textPair);

  return {
    element,
    update(scene) {
      const { slots } = scene;
      pairs(slots.length).forEach((pair, index) => {
        pair.update(scene, slots[index] as Slot);
      });
    },
    destroy() {
      pairs(0);
    },
  };
}
