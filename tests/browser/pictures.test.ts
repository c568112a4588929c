/** What every view looks like on fixed data: the gallery's exhibits beside kept pictures, which lie in pictures/. */
import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { addressOf, EXHIBITS } from "../../js/gallery/exhibits.js";
import { openPage } from "./harness/browser.js";
import { difference } from "./harness/kept_picture.js";
import { REPOSITORY } from "./harness/places.js";

const KEPT = path.join(import.meta.dirname, "pictures");
const GALLERY = pathToFileURL(path.join(REPOSITORY, "js/gallery/")).href;
const WIDTHS = { wide: 960, narrow: 360 };
/** In the dark nothing is laid out otherwise. */
const LOOKS = [
  { theme: "light", sizes: ["wide", "narrow"] },
  { theme: "dark", sizes: ["wide"] },
] as const;
const HEIGHT = 800;

const fileOf = (name: string, theme: string, size: string) => `${name}-${theme}-${size}.png`;

const opened = openPage({ viewport: { width: WIDTHS.wide, height: HEIGHT }, reducedMotion: "reduce" });

beforeAll(async () => {
  await promisify(execFile)("node", ["build.mjs", "--gallery"], { cwd: REPOSITORY });
});

describe("looks as it did", () => {
  test.each(EXHIBITS)("$name", async (exhibit) => {
    const { page } = opened;
    const found: string[] = [];
    for (const { theme, sizes } of LOOKS) {
      await page.setViewportSize({ width: WIDTHS.wide, height: HEIGHT });
      await page.goto(`${GALLERY}${addressOf(exhibit, theme === "dark")}`);
      for (const size of sizes) {
        await page.setViewportSize({ width: WIDTHS[size], height: HEIGHT });
        const root = page.locator(".xai-root");
        const shown = exhibit.part === undefined ? root : root.locator(exhibit.part);
        found.push(await difference(shown, path.join(KEPT, fileOf(exhibit.name, theme, size))));
      }
    }
    const wrong = found.filter(Boolean).join("\n");
    expect(wrong, "see tests/browser/output; if it is meant: make test-pictures-update").toBe("");
  });
});

test("every kept picture is of an exhibit", async () => {
  const names = EXHIBITS.flatMap(({ name }) =>
    LOOKS.flatMap(({ theme, sizes }) => sizes.map((size) => fileOf(name, theme, size))),
  );
  expect((await readdir(KEPT)).sort()).toEqual(names.sort());
});

test("the gallery shows every exhibit", async () => {
  const { page } = opened;
  await page.goto(`${GALLERY}index.html`);
  for (const { title } of EXHIBITS)
    await page.frameLocator(`iframe[title="${title}"]`).locator(".xai-root").waitFor();
});
