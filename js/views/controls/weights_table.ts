import type { View } from "../view.js";
import { h, setText, uniqueId } from "./dom.js";

export interface TableData {
  /** Labels of all queries, to choose one from. */
  queries: string[];
  /** The query whose weights are shown, or -1. */
  query: number;
  caption: string;
  rows: { key: string; value: string }[];
}

export interface TableOptions {
  onQuery(query: number): void;
  /** Opened or closed: what it shows is wanted, or no longer. */
  onOpen(): void;
}

/** Shows nothing (null) while it is closed, so that nobody has to work out what nobody reads. */
export interface WeightsTable extends View<TableData | null, TableOptions> {
  isOpen(): boolean;
}

/** The weights of one query as a table, for whoever reads rather than looks. Asked for, not always there. */
export function weightsTable(): WeightsTable {
  const id = uniqueId("xai-query");
  const select = h("select", { id, class: "xai-select" });
  const caption = h("caption");
  const body = h("tbody");
  const table = h(
    "table",
    { class: "xai-table" },
    caption,
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Looks at"), h("th", { scope: "col" }, "Weight"))),
    body,
  );
  const element = h(
    "details",
    { class: "xai-details" },
    h("summary", {}, "Table"),
    h(
      "div",
      { class: "xai-table-query" },
      h("label", { for: id, class: "xai-label" }, "Token that looks"),
      select,
    ),
    table,
  );
  let drawn = "";
  let latest: TableOptions | null = null;
  element.addEventListener("toggle", () => latest?.onOpen());
  select.addEventListener("change", () => latest?.onQuery(Number(select.value)));

  return {
    element,
    isOpen: () => element.open,
    update(data, options) {
      latest = options;
      if (data === null) return;
      const signature = JSON.stringify(data.queries);
      if (signature !== drawn) {
        drawn = signature;
        select.replaceChildren(
          ...data.queries.map((label, index) => h("option", { value: index }, `${index + 1}. ${label}`)),
        );
      }
      select.value = String(data.query);
      setText(caption, data.caption);
      body.replaceChildren(
        ...data.rows.map((row) =>
          h("tr", {}, h("th", { scope: "row" }, h("bdi", {}, row.key)), h("td", {}, row.value)),
        ),
      );
    },
    destroy() {
      latest = null;
    },
  };
}
