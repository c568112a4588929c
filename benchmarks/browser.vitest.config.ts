import { defineConfig } from "vitest/config";

/** The servers of the browser tests, and one file that measures: XAI_MEASURE, by itself browser.ts. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: [process.env.XAI_MEASURE ?? "browser.ts"],
    environment: "node",
    globalSetup: "../tests/browser/harness/servers.ts",
    fileParallelism: false,
    testTimeout: Number(process.env.XAI_LIMIT ?? 1_200_000),
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000, interval: 50 } },
  },
});
