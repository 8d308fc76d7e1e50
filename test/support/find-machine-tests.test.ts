import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { findMachineTests } from "./find-machine-tests.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "find-machine-tests-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each([
  ["starts a process", toImport("spawn", "node:child_process"), true],
  ["listens", toImport("createServer, isIP", "node:net"), true],
  ["asks what the machine has", toImport("requires", "../support/requires.ts"), true],
  ["does so by what it imports", 'import { job } from "./job.ts";', true],
  ["does so by what that imports", 'import { far } from "./far.ts";', true],
  ["only looks at addresses", 'import { isIP } from "node:net";', false],
  ["tests a part that does", 'import { part } from "../../agent/part.ts";', false],
  ["writes of imports", "const text = 'import { a } from \"./nowhere.ts\"';", false],
])("a test that %s: %s", (_what, source, expected) => {
  write("test/part/one.test.ts", source);
  write("test/part/far.ts", 'import { job } from "./job.ts"; import { self } from "./far.ts";');
  write("test/part/job.ts", toImport("spawn", "node:child_process"));
  write("test/support/requires.ts", "");
  write("agent/part.ts", toImport("spawn", "node:child_process"));

  expect(findMachineTests(folder)).toEqual(expected ? ["test/part/one.test.ts"] : []);
});

/** Put together, or this file would be a test of the machine by its own text. */
function toImport(names: string, module: string): string {
  return `import { ${names} } from "${module}";`;
}

function write(path: string, source: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), source);
}
