import type { BrowserContextOptions, Page } from "playwright-core";
import { beforeAll, inject } from "vitest";
import { keepEvidence, type Opened, openPage } from "./browser.js";
import { type Host, JupyterPage } from "./jupyter_page.js";
import { writeNotebook } from "./notebook_file.js";

export interface OpenedNotebook extends Opened {
  page: Page;
  jupyter: JupyterPage;
}

/** For the tests of a file: a notebook of these cells, open in a guarded page, with every cell run. */
export function openNotebook(
  name: string,
  cells: string[],
  host: Host = "lab",
  options?: BrowserContextOptions,
) {
  const opened = openPage(options) as OpenedNotebook;
  beforeAll(async () => {
    const server = inject("jupyter");
    const file = await writeNotebook(server.root, name, cells);
    opened.jupyter = new JupyterPage(opened.page);
    try {
      await opened.jupyter.open(server, host, file);
      await opened.jupyter.runAll();
    } catch (error) {
      await keepEvidence(opened, `${name}-opening`);
      throw error;
    }
  });
  return opened;
}
