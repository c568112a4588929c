import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { findBrowser } from "./find_browser.js";
import { type JupyterServer, startJupyter } from "./jupyter_server.js";

declare module "vitest" {
  interface ProvidedContext {
    jupyter: Pick<JupyterServer, "url" | "token" | "root" | "environment">;
    browser: string;
  }
}

/** Once for the suite: one Jupyter server for JupyterLab and Notebook, in a folder that goes away afterwards. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = await mkdtemp(path.join(tmpdir(), "xai-browser-"));
  project.provide("browser", findBrowser());
  const jupyter = await startJupyter(home);
  const { url, token, root, environment } = jupyter;
  project.provide("jupyter", { url, token, root, environment });
  return async () => {
    await jupyter.stop();
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
}
