import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { createCgroupPaths } from "../../../../agent/sensor/kernel/cgroup-paths.ts";

const NOWHERE = 1;

let tree = "";

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), "cgroup-paths-"));
  mkdirSync(join(tree, "system.slice/job.scope"), { recursive: true });
});

afterEach(() => {
  rmSync(tree, { recursive: true });
});

test("an id is the path of the directory with that inode number", () => {
  const pathOf = createCgroupPaths(tree);

  expect(pathOf(inodeOf("system.slice/job.scope"))).toBe("/system.slice/job.scope");
  expect(pathOf(inodeOf(""))).toBe("/");
  expect(pathOf(NOWHERE)).toBeUndefined();
});

test("one that is made later is found", async () => {
  const pathOf = createCgroupPaths(tree);
  pathOf(NOWHERE);
  mkdirSync(join(tree, "later"));

  await expect.poll(() => pathOf(inodeOf("later"))).toBe("/later");
});

test("ids that are nowhere do not have the tree looked at each time", () => {
  for (let n = 0; n < 2_000; n += 1) mkdirSync(join(tree, `c${n}`));
  const pathOf = createCgroupPaths(tree);
  const before = process.cpuUsage();
  for (let n = 0; n < 2_000; n += 1) pathOf(NOWHERE);
  const { user, system } = process.cpuUsage(before);

  // Each look takes some 10 ms, so 2,000 of them would take 20 s.
  expect((user + system) / 1_000).toBeLessThan(2_000);
});

test("a tree that is not there has no paths", () => {
  expect(createCgroupPaths(join(tree, "missing"))(NOWHERE)).toBeUndefined();
});

function inodeOf(path: string): number {
  return statSync(join(tree, path)).ino;
}
