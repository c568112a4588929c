import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, inject } from "vitest";
import { type Guard, guard } from "./guard.js";
import { OUTPUT } from "./places.js";

/** A browser that asks nobody anything: what Chromium does by itself on the network is switched off. */
function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: inject("browser"),
    args: [
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
      // Letters and colours as they are drawn on any machine.
      "--font-render-hinting=none",
      "--disable-lcd-text",
      "--disable-font-subpixel-positioning",
      "--force-color-profile=srgb",
      // A sandbox cannot be made by root.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    ],
  });
}

export interface Opened {
  page: Page;
  guard: Guard;
}

/**
 * One guarded page for the tests of a file. After every test the guard is asked; what failed leaves a screenshot and
 * the console's log.
 */
export function openPage(options: BrowserContextOptions = {}): Opened {
  const opened = {} as Opened;
  let browser: Browser | undefined;

  beforeAll(async () => {
    browser = await launch();
    const context = await browser.newContext({ viewport: { width: 1280, height: 1000 }, ...options });
    opened.page = await context.newPage();
    opened.page.setDefaultTimeout(30_000);
    opened.guard = await guard(opened.page);
  });

  afterEach(async ({ task }) => {
    try {
      opened.guard.check();
    } catch (error) {
      await keepEvidence(opened, task.name);
      throw error;
    }
    if (task.result?.state === "fail") await keepEvidence(opened, task.name);
  });

  afterAll(async () => {
    await browser?.close();
  });

  return opened;
}

/** `page` may be gone, and then its picture is: the test's own failure is what counts. */
export async function keepEvidence({ page, guard }: Opened, name: string): Promise<void> {
  const file = path.join(OUTPUT, name.replaceAll(/[^\w-]+/g, "-").slice(0, 100));
  await mkdir(OUTPUT, { recursive: true });
  await page.screenshot({ path: `${file}.png` }).catch(() => undefined);
  await writeFile(`${file}.log`, guard.log.join("\n"));
}
