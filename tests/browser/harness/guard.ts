import type { Page } from "playwright-core";

/**
 * What a page does that no page of ours may do: errors in the console, exceptions, dialogs, and requests that leave the
 * machine. Everything that is let through is named here, with the reason.
 */
const ALLOWED_ERRORS: { pattern: RegExp; why: string }[] = [
  {
    pattern: /reading 'schema'[\s\S]*notebook_core\./,
    why: "Notebook 7.6 starts so without us: its shortcuts hear of another plugin's settings before their own are there",
  },
  {
    pattern: /'filebrowser:open-path' not registered[\s\S]*notebook_core\./,
    why: "Notebook 7.6 again, now and then: it asks for the file browser, which its notebook page does not have",
  },
  {
    pattern: /widget model not found[\s\S]*jupyterlab-manager/,
    why: "ipywidgets' own words for a notebook whose kernel is gone; what is kept stands in its place",
  },
  {
    pattern: /'removeChild' on 'Node'[^\n]*\n\s+at \S*static\/lab\/jlab_core[^\n]*$/,
    why: "JupyterLab 4.6 itself, now and then: its toolbar moves buttons into a menu when the window gets narrow",
  },
  {
    pattern: /reading 'kernel'[\s\S]*jupyterlab-manager/,
    why: "ipywidgets looks for the session of a notebook that was opened without one",
  },
];

const LOCAL = new Set(["127.0.0.1", "localhost", "[::1]"]);

export interface Guard {
  /** Everything that the console said. */
  readonly log: string[];
  /** Throws when something was done that may not be; starts anew. */
  check(): void;
}

export async function guard(page: Page): Promise<Guard> {
  const log: string[] = [];
  let offences: string[] = [];
  const allowed = (words: string) => ALLOWED_ERRORS.some(({ pattern }) => pattern.test(words));
  const offend = (words: string) => {
    log.push(words);
    if (!allowed(words)) offences.push(words);
  };
  page.on("console", (message) => {
    const words = `console.${message.type()}: ${message.text()} (${message.location().url})`;
    // A warning of anywidget's is about our module.
    const ours = message.type() === "warning" && message.location().url.includes("/anywidget/");
    if (message.type() === "error" || ours) offend(words);
    else log.push(words);
  });
  page.on("pageerror", (error) => offend(`exception: ${error.stack ?? error.message}`));
  page.on("dialog", (dialog) => {
    offend(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.route("**/*", async (route) => {
    const url = new URL(route.request().url());
    if (!url.protocol.startsWith("http") || LOCAL.has(url.hostname)) return route.continue();
    offend(`request to another machine: ${url.href}`);
    return route.abort();
  });
  return {
    log,
    check() {
      const found = offences;
      offences = [];
      if (found.length > 0) throw new Error(`The page did what it may not:\n${found.join("\n")}`);
    },
  };
}
