import { execFileSync } from "node:child_process";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { leaveCopy } from "../../../action/phases/leave-copy.ts";

let workspace = "";
let copy = "";
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), "leave-copy-"));
  copy = join(workspace, "copy.json");
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const leave = (path: string): string[] =>
  leaveCopy(path, "report", { GITHUB_WORKSPACE: workspace });

test.each([
  ["nothing", () => undefined],
  ["a file", () => writeFileSync(copy, "of another job, and longer")],
  ["a pipe that nobody reads", () => execFileSync("mkfifo", [copy])],
  ["a link to a file", () => symlinkSync("/proc/self/comm", copy)],
  ["a link to nothing", () => symlinkSync("nothing", copy)],
])("the copy is a file of its own where there is %s", (_, prepare) => {
  prepare();

  expect(leave("copy.json")).toEqual([]);
  expect(lstatSync(copy).isFile()).toBe(true);
  expect(readFileSync(copy, "utf8")).toBe("report");
  expect(readdirSync(workspace)).toEqual(["copy.json"]);
});

test("says where there can be none, and leaves nothing", () => {
  mkdirSync(copy);

  expect(leave("copy.json")).toEqual([expect.stringMatching(/^report-artifact-path: .*EISDIR/)]);
  expect(leave("missing/copy.json")).toEqual([expect.stringContaining("ENOENT")]);
  expect(leave("/dev/full")).toEqual([expect.stringContaining("/dev/full is a device")]);
  expect(readdirSync(workspace)).toEqual(["copy.json"]);
  expect(lstatSync("/dev/full").isCharacterDevice()).toBe(true);
});
