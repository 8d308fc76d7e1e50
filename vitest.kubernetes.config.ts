import { defineConfig } from "vitest/config";

/** Of a machine that has much else to do. */
const LIMIT_MS = 600_000;

/** Over Kubernetes' own API server, which `npm run test:kubernetes` brings. */
export default defineConfig({
  test: {
    name: "kubernetes",
    include: ["test/kubernetes/**/*.test.ts"],
    expect: { requireAssertions: true, poll: { timeout: 30_000 } },
    sequence: { shuffle: { tests: true, files: false } },
    maxWorkers: 1,
    // It runs with what others leave of the processors.
    retry: 1,
    testTimeout: LIMIT_MS,
    hookTimeout: LIMIT_MS,
  },
});
