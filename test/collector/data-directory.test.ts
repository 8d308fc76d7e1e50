import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import {
  checkDataDirectory,
  closeToOthers,
  describeOpenDirectory,
  makeDataDirectory,
} from "../../collector/data-directory.ts";

let parent: string;
let directory: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "data-directory-"));
  directory = join(parent, "data");
});
afterEach(() => {
  rmSync(parent, { recursive: true, force: true });
});

test("a directory that is made is its owner's alone, and one that is there is left as it is", () => {
  makeDataDirectory(directory);
  const made = statSync(directory).mode & 0o777;
  chmodSync(directory, 0o755);
  makeDataDirectory(directory);

  expect(made).toBe(0o700);
  expect(statSync(directory).mode & 0o777).toBe(0o755);
});

test.each([0o777, 0o1777, 0o770])(
  "one of mode %o is refused: others could put a key there",
  (mode) => {
    mkdirSync(directory);
    chmodSync(directory, mode);

    expect(() => closeToOthers(directory)).toThrow(`chmod 700 ${directory}`);
    expect(() => checkDataDirectory(directory)).toThrow("other users can write to it");
  },
);

test("files that others could read are closed, and named", () => {
  mkdirSync(directory, { mode: 0o755 });
  const mode = 0o644;
  writeFileSync(join(directory, "master.key"), "", { mode });
  writeFileSync(join(directory, "tokens.json"), "", { mode: 0o600 });

  expect(closeToOthers(directory)).toEqual(["master.key"]);
  expect(statSync(join(directory, "master.key")).mode & 0o777).toBe(0o600);
  expect(closeToOthers(directory)).toEqual([]);
});

test("that others can enter it is said, with what to do", () => {
  mkdirSync(directory, { mode: 0o700 });
  const closed = describeOpenDirectory(directory);
  chmodSync(directory, 0o711);

  expect(closed).toBeUndefined();
  expect(describeOpenDirectory(directory)).toContain(`chmod 700 ${directory}`);
});

test("what is looked at only is left as it was", () => {
  checkDataDirectory(directory);

  expect(statSync(directory, { throwIfNoEntry: false })).toBeUndefined();
});

test.each([
  ["a file", "file", "is a file"],
  ["a directory below a file", "file/data", "cannot be made: "],
  ["a directory without a parent", "none/data", "none to make it in; make that first"],
])("%s is refused with what it is", (_, name, message) => {
  writeFileSync(join(parent, "file"), "");

  expect(() => makeDataDirectory(join(parent, name))).toThrow(message);
  expect(() => checkDataDirectory(join(parent, name))).toThrow(message);
});
