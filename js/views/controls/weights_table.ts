import type { View } from "../view.js";
import { type DetailsTableData, detailsTable } from "./details_table.js";
import { changes, h, on, uniqueId } from "./dom.js";

export interface TableData extends DetailsTableData {
  /** Labels of all queries, to choose one from. */
  queries: string[];
  /** The query whose weights are shown, or -1. */
  query: number;
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

/** The weights of one query as a table. */
export function weightsTable(): WeightsTable {
  const id = uniqueId("xai-query");
  const select = h("select.xai-select", { id });
  const label = h("label.xai-label", { for: id }, "Token that looks");
  const chosen = h("div.xai-table-query", {}, label, select);
  const isOther = changes();
  let latest: TableOptions | null = null;
  const table = detailsTable(["Looks at", "Weight"], () => latest?.onOpen(), chosen);
  on(select, "change", () => latest?.onQuery(Number(select.value)));

  return {
    element: table.element,
    isOpen: table.isOpen,
    update(data, options) {
      latest = options;
      table.update(data, null);
      if (data === null) return;
      if (isOther(data.queries)) {
        select.replaceChildren(
          ...data.queries.map((query, index) => h("option", { value: index }, `${index + 1}. ${query}`)),
        );
      }
      select.value = String(data.query);
    },
    destroy() {
      latest = null;
    },
  };
}
