import { defineConfig } from "vitest/config";

/**
 * Real servers and a real browser. Files run one after another: they share two cores with kernels that hold torch, and
 * a busy machine is what makes browser tests flicker.
 */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["**/*.test.ts"],
    environment: "node",
    globalSetup: "./harness/servers.ts",
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000, interval: 50 } },
  },
});
