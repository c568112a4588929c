import type { Page } from "playwright-core";

/** The little of Jupyter's front end that is driven here, in JupyterLab and in Notebook 7 alike. */
interface KernelFuture {
  onIOPub: (message: { header: { msg_type: string }; content: Record<string, unknown> }) => void;
  done: Promise<{ content: { status: string } }>;
}
interface Kernel {
  requestExecute(content: { code: string; store_history: boolean }): KernelFuture;
}
interface Cell {
  model: {
    outputs?: { toJSON(): { output_type: string; ename?: string; evalue?: string }[] };
    sharedModel: { setSource(code: string): void };
  };
}
interface NotebookPanel {
  content: { widgets: Cell[]; activeCellIndex: number };
  context: { ready: Promise<void>; save(): Promise<void> };
  sessionContext: {
    ready: Promise<void>;
    session: { kernel: Kernel | null } | null;
    shutdown(): Promise<void>;
  };
}
declare global {
  interface Window {
    jupyterapp: {
      restored: Promise<void>;
      shell: { currentWidget: NotebookPanel | null };
      commands: { execute(id: string, args?: object): Promise<unknown> };
    };
  }
}

export type Host = "lab" | "notebook";

/** JupyterLab opens again what its workspace held: each notebook has one of its own, so that it stands alone. */
const ADDRESS: Record<Host, (file: string) => string> = {
  lab: (file) => `lab/workspaces/${file.replace(/\W/g, "-")}/tree/${file}`,
  notebook: (file) => `notebooks/${file}`,
};

/** A notebook that is open in a browser, with its kernel. */
export class JupyterPage {
  constructor(readonly page: Page) {}

  async open(server: { url: string; token: string }, host: Host, file: string): Promise<void> {
    const { page } = this;
    await page.goto(`${server.url}/${ADDRESS[host](file)}?token=${server.token}`);
    await page.waitForFunction(() => window.jupyterapp?.shell.currentWidget?.sessionContext !== undefined);
    await page.evaluate(async () => {
      const { restored, shell } = window.jupyterapp;
      await restored;
      await shell.currentWidget?.sessionContext.ready;
    });
    await page.waitForFunction(
      () => window.jupyterapp.shell.currentWidget?.sessionContext.session?.kernel != null,
    );
  }

  /** Opens a notebook in JupyterLab with no kernel, as "No Kernel" in its dialog does. */
  async openWithoutKernel(server: { url: string; token: string }, file: string): Promise<void> {
    const { page } = this;
    await page.goto(`${server.url}/lab/workspaces/none-${file.replace(/\W/g, "-")}?token=${server.token}`);
    await page.waitForFunction(() => window.jupyterapp !== undefined);
    await page.evaluate(async (path) => {
      const { restored, commands, shell } = window.jupyterapp;
      await restored;
      const kernelPreference = { shouldStart: false, canStart: false, autoStartDefault: false };
      await commands.execute("docmanager:open", { path, factory: "Notebook", kernelPreference });
      await shell.currentWidget?.context.ready;
    }, file);
  }

  /** Writes the notebook's file. */
  async save(): Promise<void> {
    await this.page.evaluate(() => window.jupyterapp.shell.currentWidget?.context.save());
  }

  /** Ends the notebook's kernel. */
  async shutDown(): Promise<void> {
    await this.page.evaluate(() => window.jupyterapp.shell.currentWidget?.sessionContext.shutdown());
  }

  /** Runs every cell, and waits until the last one has run; throws what a cell raised. */
  async runAll(): Promise<void> {
    const raised = await this.page.evaluate(async () => {
      const { commands, shell } = window.jupyterapp;
      await commands.execute("notebook:run-all-cells");
      const cells = shell.currentWidget?.content.widgets ?? [];
      return cells
        .flatMap(({ model }) => model.outputs?.toJSON() ?? [])
        .flatMap(({ output_type, ename, evalue }) =>
          output_type === "error" ? [`${ename}: ${evalue}`] : [],
        );
    });
    if (raised.length > 0) throw new Error(raised.join("\n"));
  }

  /** Writes other code into the last cell and runs it there, so that what it shows takes the place of what it showed. */
  async runLast(code: string): Promise<void> {
    const raised = await this.page.evaluate(async (code) => {
      const { commands, shell } = window.jupyterapp;
      const notebook = shell.currentWidget?.content;
      const cell = notebook?.widgets.at(-1);
      if (notebook === undefined || cell === undefined) throw new Error("there is no notebook");
      notebook.activeCellIndex = notebook.widgets.length - 1;
      cell.model.sharedModel.setSource(code);
      await commands.execute("notebook:run-cell");
      return cell.model.outputs?.toJSON().find(({ output_type }) => output_type === "error")?.evalue;
    }, code);
    if (raised !== undefined) throw new Error(raised);
  }

  /** Runs code in the notebook's kernel, outside its cells; gives what it printed, and throws what it raised. */
  async python(code: string): Promise<string> {
    const { printed, error } = await this.page.evaluate(async (code) => {
      const kernel = window.jupyterapp.shell.currentWidget?.sessionContext.session?.kernel;
      if (kernel == null) throw new Error("the notebook has no kernel");
      let printed = "";
      let error = "";
      const future = kernel.requestExecute({ code, store_history: false });
      future.onIOPub = ({ header, content }) => {
        if (header.msg_type === "stream") printed += content.text;
        if (header.msg_type === "error") error = (content.traceback as string[]).join("\n");
      };
      await future.done;
      return { printed, error };
    }, code);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of the terminal are what is taken out.
    if (error !== "") throw new Error(error.replace(/\u001b\[[0-9;]*m/g, ""));
    return printed.trim();
  }

  /** The same, of an expression, as the value that it has in JSON. */
  async value<Value>(expression: string): Promise<Value> {
    return JSON.parse(await this.python(`import json; print(json.dumps(${expression}))`)) as Value;
  }

  /** JupyterLab forgets a theme that is chosen while it loads another one: then it is chosen again. */
  async theme(dark: boolean): Promise<void> {
    const theme = dark ? "JupyterLab Dark" : "JupyterLab Light";
    const chosen = this.page.locator(`body[data-jp-theme-name="${theme}"]`);
    const choose = async () => {
      await this.page.evaluate(
        (theme) => window.jupyterapp.commands.execute("apputils:change-theme", { theme }),
        theme,
      );
      await chosen.waitFor({ state: "attached", timeout: 3000 });
    };
    await choose().catch(choose).catch(choose);
  }
}
