import type { ColourLegendData } from "../views/colour_legend.js";
import type { Looked, Pointed } from "./translation_focus.js";
import type { TranslationGestures } from "./translation_gestures.js";
import type { ShownScores, Sides } from "./translation_scores.js";
import type { TranslationState } from "./translation_state.js";

/** One of the colours that are chosen. */
export interface Slot {
  /** Null while nothing of it is here. */
  shown: ShownScores | null;
  /** What is shown is not what was chosen: that is on its way. */
  pending: boolean;
  /** Why it could not be had, in words. */
  failed: string;
}

/** What all presentations are drawn from. */
export interface TranslationScene {
  state: TranslationState;
  sides: Sides;
  slots: Slot[];
  pointed: Pointed | null;
  looked: Looked;
  dark: boolean;
  gestures: TranslationGestures;
  point(pointed: Pointed | null): void;
  /** What the colours of a slot mean, as this page has them. */
  legend(scores: Pick<ShownScores, "title" | "scale" | "most">): ColourLegendData;
  /** Id of the element that says what went wrong last; null where nothing did. */
  wrong: string | null;
}

/** One of the presentations, or a part of one. */
export interface Part {
  readonly element: HTMLElement;
  update(scene: TranslationScene): void;
  destroy(): void;
}
