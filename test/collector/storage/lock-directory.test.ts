import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { lockDirectory } from "../../../collector/storage/sqlite/lock-directory.ts";

const MODULE = import.meta.resolve("../../../collector/storage/sqlite/lock-directory.ts");

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

test("a directory has one collector at a time, in this process and in others", () => {
  using lock = lockDirectory(directory);

  expect(lock).toBeDefined();
  expect(() => lockDirectory(directory)).toThrow("another collector keeps its data there");
  expect(lockElsewhere()).toContain("another collector keeps its data there");
});

test("a directory that was let go, or whose holder died, is taken again", () => {
  lockDirectory(directory)[Symbol.dispose]();

  expect(lockElsewhere("process.kill(process.pid, 'SIGKILL')")).toBe("");
  using lock = lockDirectory(directory);
  expect(lock).toBeDefined();
});

test("a directory that is not there is no other collector's", () => {
  rmSync(directory, { recursive: true });

  expect(() => lockDirectory(directory)).toThrow(`${directory}: cannot be written to: `);
});

function lockElsewhere(afterwards = ""): string {
  const program = `
    import { lockDirectory } from ${JSON.stringify(MODULE)};
    try { lockDirectory(${JSON.stringify(directory)}); ${afterwards} } catch (error) { console.log(error.message); }`;
  return spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" })
    .stdout;
}
