import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { inject } from "vitest";
import { PYTHON } from "./places.js";

const run = promisify(execFile);

/** Runs a script in a Python of its own, as a person would in a terminal; gives what it printed, throws what it raised. */
export async function runPython(code: string): Promise<string> {
  const { root, environment } = inject("jupyter");
  const { stdout } = await run(PYTHON, ["-c", code], { cwd: root, env: environment });
  return stdout.trim();
}
