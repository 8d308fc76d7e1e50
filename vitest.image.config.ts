import { defineConfig } from "vitest/config";

/** Of a machine that has much else to do. */
const LIMIT_MS = 180_000;

/** Over the image that `npm run test:image` builds. */
export default defineConfig({
  test: {
    name: "image",
    include: ["test/image/**/*.test.ts"],
    expect: { requireAssertions: true, poll: { timeout: 60_000 } },
    sequence: { shuffle: { tests: true, files: false } },
    maxWorkers: 1,
    // It runs with what others leave of the processors.
    retry: 1,
    testTimeout: LIMIT_MS,
    hookTimeout: LIMIT_MS,
  },
});
