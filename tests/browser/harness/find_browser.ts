import { execFileSync } from "node:child_process";
import path from "node:path";
import { REPOSITORY } from "./places.js";

/** The same Chromium that `make test` finds or installs. */
export function findBrowser(): string {
  return execFileSync(path.join(REPOSITORY, "tools/find_browser"), {
    encoding: "utf8",
    cwd: REPOSITORY,
  }).trim();
}
