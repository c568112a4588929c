import type { Presentation } from "../contract.js";
import type { AttentionData, AttentionViewOptions } from "../views/attention_data.js";
import { attentionGrid } from "../views/attention_grid.js";
import { attentionLines } from "../views/attention_lines.js";
import { attentionMatrix } from "../views/attention_matrix.js";
import { h } from "../views/controls/dom.js";
import type { AttentionGridData, AttentionGridOptions } from "../views/grid_data.js";
import type { View } from "../views/view.js";

type Make<Data, Options> = (data: Data, options: Options) => View<Data, Options>;

/** A view that is made when it is first shown, and lives on while it is hidden. */
class Slot<Data, Options> {
  readonly element: HTMLElement;
  #view: View<Data, Options> | null = null;

  constructor(
    name: Presentation,
    label: string,
    private readonly make: Make<Data, Options>,
  ) {
    this.element = h("section", { class: `xai-view xai-view-${name}`, "aria-label": label, hidden: true });
  }

  update(shown: boolean, data: Data, options: Options): void {
    this.element.hidden = !shown;
    if (!shown) return;
    if (this.#view === null) {
      this.#view = this.make(data, options);
      this.element.append(this.#view.element);
    } else this.#view.update(data, options);
  }

  destroy(): void {
    this.#view?.destroy();
  }
}

export type PresentedOptions = AttentionViewOptions & AttentionGridOptions;

/** The linked presentations of one map: one or several of them, beside each other where there is room. */
export class Presentations {
  readonly element = h("div.xai-views");
  readonly #lines = new Slot("lines", "Lines", attentionLines);

  readonly #matrix = new Slot("matrix", "Matrix", attentionMatrix);
  readonly #grid = new Slot("grid", "Grid", attentionGrid);

  constructor() {
    this.element.append(this.#lines.element, this.#matrix.element, this.#grid.element);
  }

  /** `gridData` is null where the map came without thumbnails. */
  update(
    presentation: Presentation[],
    data: AttentionData,
    gridData: AttentionGridData | null,
    options: PresentedOptions,
  ): void {
    const shown = (name: Presentation) => presentation.includes(name);
    this.element.classList.toggle("xai-two", shown("lines") && shown("matrix"));
    this.#lines.update(shown("lines"), data, options);
    this.#matrix.update(shown("matrix"), data, options);
    if (gridData !== null) this.#grid.update(shown("grid"), gridData, options);
  }

  destroy(): void {
    this.#lines.destroy();
    this.#matrix.destroy();
    this.#grid.destroy();
  }
}
