import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { PYTHON } from "./places.js";
import { freePort, startServer } from "./server_process.js";

export interface JupyterServer {
  url: string;
  token: string;
  /** Where notebooks lie. */
  root: string;
  /** What kernels and commands of this suite run under: nothing of the person's own. */
  environment: Record<string, string>;
  stop(): Promise<void>;
}

/** Settings that make Lab still and whole: no news, no tips, and every cell in the page, also those out of sight. */
const SETTINGS: Record<string, object> = {
  "@jupyterlab/notebook-extension/tracker": { windowingMode: "none" },
  "@jupyterlab/apputils-extension/notification": { fetchNews: "false", checkForUpdates: false },
  "@jupyterlab/docmanager-extension/plugin": { autosave: false },
};

/** JupyterLab and Notebook 7 on one server, whose every file lies under `home`. */
export async function startJupyter(home: string): Promise<JupyterServer> {
  const root = path.join(home, "notebooks");
  const settings = path.join(home, "settings");
  await mkdir(root, { recursive: true });
  for (const [plugin, values] of Object.entries(SETTINGS)) {
    const file = path.join(settings, `${plugin}.jupyterlab-settings`);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify(values));
  }
  const token = randomBytes(16).toString("hex");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = isolated(home);
  const server = await startServer(
    PYTHON,
    [
      "-m",
      "jupyterlab",
      "--no-browser",
      "--allow-root",
      "--ServerApp.ip=127.0.0.1",
      `--ServerApp.port=${port}`,
      "--ServerApp.port_retries=0",
      `--ServerApp.root_dir=${root}`,
      "--log-level=WARN",
      "--ServerApp.terminals_enabled=False",
      // What tests need from the page: the application, to open notebooks and to ask kernels.
      "--LabApp.expose_app_in_browser=True",
      "--JupyterNotebookApp.expose_app_in_browser=True",
      // There is no network: not for news, and not for the list of extensions.
      "--LabApp.news_url=None",
      "--LabApp.extension_manager=readonly",
      "--KernelSpecManager.allowed_kernelspecs=python3",
    ],
    {
      cwd: root,
      env: { ...environment, JUPYTER_TOKEN: token, JUPYTERLAB_SETTINGS_DIR: settings },
      url: `${url}/api/status?token=${token}`,
      within: 90_000,
    },
  );
  return { url, token, root, environment, stop: () => server.stop() };
}

/** Starts a kernel that belongs to no notebook; gives its id. */
export async function startKernel(server: Pick<JupyterServer, "url" | "token">): Promise<string> {
  const { id } = (await post(server, "kernels", { name: "python3" })) as { id: string };
  return id;
}

/** Lets a notebook have a kernel that runs already: who opens it finds that session, and starts none. */
export async function giveKernel(
  server: Pick<JupyterServer, "url" | "token">,
  file: string,
  kernel: string,
): Promise<void> {
  await post(server, "sessions", { path: file, name: file, type: "notebook", kernel: { id: kernel } });
}

async function post(
  { url, token }: Pick<JupyterServer, "url" | "token">,
  what: string,
  body: object,
): Promise<unknown> {
  const answer = await fetch(`${url}/api/${what}?token=${token}`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`the server refused ${what}: ${await answer.text()}`);
  return answer.json();
}

/** The environment of a person who has nothing: their configuration neither matters nor is changed. */
function isolated(home: string): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && !/^(JUPYTER|IPYTHON|PYTHON|XDG_|VITEST|NODE_)/.test(name),
  ) as [string, string][];
  return {
    ...Object.fromEntries(inherited),
    HOME: home,
    IPYTHONDIR: path.join(home, "ipython"),
    JUPYTER_CONFIG_DIR: path.join(home, "config"),
    JUPYTER_DATA_DIR: path.join(home, "data"),
    JUPYTER_RUNTIME_DIR: path.join(home, "runtime"),
    JUPYTERLAB_WORKSPACES_DIR: path.join(home, "workspaces"),
    JUPYTER_PREFER_ENV_PATH: "1",
    XDG_CACHE_HOME: path.join(home, "cache"),
    HF_HUB_OFFLINE: "1",
  };
}
