import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "./server_process.js";

/** Time enough for a cold start on a busy machine. */
const PATIENCE = 60_000;

/** A Firefox of the system, or null: Playwright drives builds of its own alone. */
export function findFirefox(): string | null {
  for (const name of ["firefox-esr", "firefox"]) {
    try {
      return execFileSync("which", [name], { encoding: "utf8" }).trim();
    } catch {
      // Not this one.
    }
  }
  return null;
}

/** A headless Firefox, driven by what it speaks itself: Marionette, messages of JSON behind their length. */
export class Firefox {
  readonly #socket: Socket;
  readonly #end: () => Promise<void>;
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #received = Buffer.alloc(0);
  #count = 0;

  private constructor(socket: Socket, end: () => Promise<void>) {
    this.#socket = socket;
    this.#end = end;
    socket.on("data", (data) => this.#take(data));
  }

  static async start(executable: string): Promise<Firefox> {
    const home = await mkdtemp(path.join(tmpdir(), "xai-firefox-"));
    const port = await freePort();
    const preferences = {
      "marionette.port": port,
      // A browser that asks nobody anything.
      "network.captive-portal-service.enabled": false,
      "network.connectivity-service.enabled": false,
      "browser.shell.checkDefaultBrowser": false,
      "datareporting.policy.dataSubmissionEnabled": false,
      "app.update.enabled": false,
    };
    const lines = Object.entries(preferences).map(
      ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`,
    );
    await writeFile(path.join(home, "user.js"), lines.join("\n"));
    const child = spawn(executable, ["--headless", "--no-remote", "--marionette", "--profile", home], {
      env: { ...process.env, HOME: home },
      stdio: "ignore",
    });
    const end = async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, "exit");
        child.kill("SIGKILL");
        await ended;
      }
      await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    };
    try {
      const firefox = new Firefox(await connected(port), end);
      await firefox.#ask("WebDriver:NewSession", {});
      return firefox;
    } catch (error) {
      await end();
      throw error;
    }
  }

  async open(url: string): Promise<void> {
    await this.#ask("WebDriver:Navigate", { url });
  }

  /** What a script in the page returns. */
  async evaluate<Value>(script: string): Promise<Value> {
    const { value } = (await this.#ask("WebDriver:ExecuteScript", { script, args: [] })) as { value: Value };
    return value;
  }

  async close(): Promise<void> {
    this.#socket.destroy();
    await this.#end();
  }

  #ask(name: string, parameters: object): Promise<unknown> {
    const id = ++this.#count;
    const message = JSON.stringify([0, id, name, parameters]);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.write(`${Buffer.byteLength(message)}:${message}`);
    });
  }

  #take(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data]);
    for (;;) {
      const start = this.#received.indexOf(":") + 1;
      const end = start + Number(this.#received.subarray(0, start - 1));
      if (start === 0 || this.#received.length < end) return;
      const message = JSON.parse(this.#received.subarray(start, end).toString());
      this.#received = this.#received.subarray(end);
      // The first message is a greeting.
      if (!Array.isArray(message)) continue;
      const [, id, error, value] = message;
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === null) waiting?.resolve(value);
      else waiting?.reject(new Error(`${error.error}: ${error.message}`));
    }
  }
}

async function connected(port: number): Promise<Socket> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return socket;
    } catch (error) {
      socket.destroy();
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
