import { defineConfig } from "vitest/config";

/** An emulated processor takes twenty times as long, and more where the machine has other work. */
const LIMIT_MS = 900_000;

/** On an emulated processor, which `npm run test:arm64` brings. */
export default defineConfig({
  test: {
    name: "arm64",
    include: ["test/packaging/arm64/*.arm64.ts"],
    expect: { requireAssertions: true },
    maxWorkers: 1,
    testTimeout: LIMIT_MS,
    hookTimeout: LIMIT_MS,
  },
});
