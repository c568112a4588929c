import type { View } from "../view.js";
import { h, on, setText } from "./dom.js";

export interface DetailsTableData {
  caption: string;
  rows: { key: string; value: string }[];
}

/** Shows nothing (null) while it is closed, so that nobody has to work out what nobody reads. */
export interface DetailsTable extends View<DetailsTableData | null, null> {
  isOpen(): boolean;
}

/** Tokens and their numbers as a table, for whoever reads rather than looks. Asked for, not always there. */
export function detailsTable(heads: [string, string], onOpen: () => void, ...above: Node[]): DetailsTable {
  const caption = h("caption");
  const body = h("tbody");
  const columns = heads.map((head) => h("th", { scope: "col" }, head));
  const element = h(
    "details.xai-details",
    {},
    h("summary", {}, "Table"),
    ...above,
    h("table.xai-table", {}, caption, h("thead", {}, h("tr", {}, ...columns)), body),
  );
  on(element, "toggle", onOpen);

  return {
    element,
    isOpen: () => element.open,
    update(data) {
      if (data === null) return;
      setText(caption, data.caption);
      body.replaceChildren(
        ...data.rows.map(({ key, value }) =>
          h("tr", {}, h("th", { scope: "row" }, h("bdi", {}, key)), h("td", {}, value)),
        ),
      );
    },
    destroy() {},
  };
}
