import type { Presentation } from "../contract.js";
import type { AttentionData, AttentionViewOptions } from "../views/attention_data.js";
import { attentionGrid } from "../views/attention_grid.js";
import { attentionLines } from "../views/attention_lines.js";
import { attentionMatrix } from "../views/attention_matrix.js";
import { h } from "../views/controls/dom.js";
import type { AttentionGridData, AttentionGridOptions } from "../views/grid_data.js";
import type { View } from "../views/view.js";

type Make<Data, Options> = (data: Data, options: Options) => View<Data, Options>;

/** Milliseconds after which what is left waits for the next frame: as long again is for the page to paint it. */
const SLICE = 16;

/** A view that is made when it is first shown, and lives on while it is hidden. */
function slot<Data, Options>(name: Presentation, label: string, make: Make<Data, Options>) {
  const element = h("section.xai-view", { "aria-label": label, hidden: true });
  element.classList.add(`xai-view-${name}`);
  let view: View<Data, Options> | null = null;
  return {
    element,
    /** Frames to wait before more is drawn: a view that was made just now draws in the next one, by itself. */
    update(shown: boolean, data: Data, options: Options): number {
      element.hidden = !shown;
      if (!shown) return 0;
      if (view !== null) {
        view.update(data, options);
        return 0;
      }
      view = make(data, options);
      element.append(view.element);
      return 2;
    },
    destroy: () => view?.destroy(),
  };
}

export type PresentedOptions = AttentionViewOptions & AttentionGridOptions;

/** The linked presentations of one map: one or several of them, beside each other where there is room. */
export function presentations() {
  const lines = slot("lines", "Lines", attentionLines);
  const matrix = slot("matrix", "Matrix", attentionMatrix);
  const grid = slot("grid", "Grid", attentionGrid);
  const element = h("div.xai-views", {}, lines.element, matrix.element, grid.element);
  return {
    element,
    /**
     * `gridData` is null where the map came without thumbnails. Where not all of it is drawn, it gives how many frames
     * to wait before it is called again, so that the page answers in between; else 0. A view that is shown for the
     * first time has two frames to itself: to be made, and to be drawn.
     */
    update(
      names: Presentation[],
      data: AttentionData,
      gridData: AttentionGridData | null,
      options: PresentedOptions,
    ): number {
      const shown = (name: Presentation) => names.includes(name);
      element.classList.toggle("xai-two", shown("lines") && shown("matrix"));
      const until = performance.now() + SLICE;
      const late = () => Number(performance.now() > until);
      return (
        lines.update(shown("lines"), data, options) ||
        late() ||
        matrix.update(shown("matrix"), data, options) ||
        late() ||
        (gridData === null ? 0 : grid.update(shown("grid"), gridData, options))
      );
    },
    destroy(): void {
      for (const each of [lines, matrix, grid]) each.destroy();
    },
  };
}
