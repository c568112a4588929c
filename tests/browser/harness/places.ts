import { existsSync } from "node:fs";
import path from "node:path";

export const REPOSITORY = path.resolve(import.meta.dirname, "../../..");

/** Screenshots and console logs of what failed. */
export const OUTPUT = path.join(REPOSITORY, "tests/browser/output");

/** The Python that has the package: the project's own environment, or the one that XAI_PYTHON names. */
export const PYTHON = process.env.XAI_PYTHON ?? venvPython();

function venvPython(): string {
  const python = path.join(REPOSITORY, ".venv/bin/python");
  if (!existsSync(python))
    throw new Error(`${python} is missing: run \`make test\`, or name a Python in XAI_PYTHON.`);
  return python;
}
