import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, inject } from "vitest";
import { keepEvidence, type Opened, openPage } from "./browser.js";
import { type Host, JupyterPage } from "./jupyter_page.js";
import { giveKernel } from "./jupyter_server.js";
import { writeNotebook } from "./notebook_file.js";

export interface OpenedNotebook extends Opened {
  page: Page;
  jupyter: JupyterPage;
}

/**
 * For the tests of a file: a notebook of these cells, open in a guarded page, with every cell run. Its kernel is its own,
 * or the one that notebooks share, which has imported torch already; there, its widgets are closed at the end.
 */
export function openNotebook(
  name: string,
  cells: string[],
  host: Host = "lab",
  options?: BrowserContextOptions,
  kernel: "own" | "shared" = "own",
) {
  const opened = openPage(options) as OpenedNotebook;
  beforeAll(async () => {
    const server = inject("jupyter");
    const file = await writeNotebook(server.root, name, cells);
    if (kernel === "shared") await giveKernel(server, file, inject("kernel"));
    opened.jupyter = new JupyterPage(opened.page);
    try {
      await opened.jupyter.open(server, host, file);
      await opened.jupyter.runAll();
    } catch (error) {
      await keepEvidence(opened, `${name}-opening`);
      throw error;
    }
  });
  afterAll(async () => {
    // The server remembers a theme, and files come in any order: each begins in the light.
    await opened.jupyter?.theme(false);
    if (kernel === "shared") await opened.jupyter.python("import ipywidgets; ipywidgets.Widget.close_all()");
  });
  return opened;
}
