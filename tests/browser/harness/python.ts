import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { inject } from "vitest";
import { PYTHON } from "./places.js";

const run = promisify(execFile);

/** Runs Python as a person would in a terminal, where notebooks lie; gives what it printed, throws what it raised. */
export async function python(...args: string[]): Promise<string> {
  const { root, environment } = inject("jupyter");
  const { stdout } = await run(PYTHON, args, { cwd: root, env: environment });
  return stdout.trim();
}

/** Runs a script in a Python of its own. */
export function runPython(code: string): Promise<string> {
  return python("-c", code);
}
