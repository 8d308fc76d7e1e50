import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const TESTS = `
import { expect, test } from "vitest";
let tries = 0;
test("at the second try", () => expect(++tries).toBe(2));
test("at once", () => expect(1).toBe(1));
`;

test("what passed only when it was tried again is named, with what was wrong at first", () => {
  const folder = mkdtempSync(join(tmpdir(), "unsteady-reporter-"));
  try {
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "some.test.mjs"), TESTS);
    const args = [
      join(ROOT, "node_modules/vitest/vitest.mjs"),
      "run",
      "--retry=1",
      `--reporter=${join(ROOT, "test/support/unsteady-reporter.ts")}`,
    ];
    const { stdout, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });

    expect(status).toBe(0);
    expect(stdout.trim()).toBe(
      "unsteady: some.test.mjs > at the second try: expected 1 to be 2 // Object.is equality",
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
