/** What a guard kept of commands is whole, or is what it was before. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { openFileJournal } from "../../../../agent/stream/commands/command-journal.ts";

const MODULE = join(import.meta.dirname, "../../../../agent/stream/commands/command-journal.ts");
/** Blocks of 1,024 bytes. */
const LARGEST_FILE = 1;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "journal-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("a record that there is only half the room for leaves the one before", () => {
  const path = join(directory, "commands.json");
  const before = {
    runId: "run",
    taken: 1,
    settled: 1,
    outcomes: [],
    tightened: [{ mode: "block" }],
  };
  openFileJournal(path).write(before);
  const script = `
    const { openFileJournal } = await import(${JSON.stringify(MODULE)});
    const journal = openFileJournal(${JSON.stringify(path)});
    const tightened = [{ deny: ["x".repeat(2_000)] }];
    try {
      journal.write({ ...journal.record, tightened });
    } catch (error) {
      console.log(error.code);
    }
  `;
  const { stdout } = spawnSync(
    "bash",
    [
      "-c",
      `ulimit -f ${LARGEST_FILE}; exec "$0" --input-type=module -e "$1"`,
      process.execPath,
      script,
    ],
    { encoding: "utf8" },
  );

  expect(stdout).toBe("EFBIG\n");
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(before);
});
