import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { findBrowser } from "./find_browser.js";
import { type JupyterServer, startJupyter, startKernel } from "./jupyter_server.js";

declare module "vitest" {
  interface ProvidedContext {
    jupyter: Pick<JupyterServer, "url" | "token" | "root" | "environment">;
    browser: string;
    /** Id of the kernel that notebooks may share: see `openNotebook`. */
    kernel: string;
  }
}

/**
 * Once for the suite: one Jupyter server for JupyterLab and Notebook, in a folder that goes away afterwards, and one kernel
 * that boots while the first browser does.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = await mkdtemp(path.join(tmpdir(), "xai-browser-"));
  project.provide("browser", findBrowser());
  const jupyter = await startJupyter(home);
  const { url, token, root, environment } = jupyter;
  project.provide("jupyter", { url, token, root, environment });
  project.provide("kernel", await startKernel(jupyter));
  return async () => {
    await jupyter.stop();
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
}
