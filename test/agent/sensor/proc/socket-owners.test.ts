import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { findSocketOwners } from "../../../../agent/sensor/proc/socket-owners.ts";
import { createFixtureProc } from "./fixture-proc.ts";
import type { FixtureProc } from "./fixture-proc.ts";

test("prefers the process named first", () => {
  const proc = openProc();
  proc.put({ pid: 5, sockets: [900] });
  proc.put({ pid: 6, sockets: [900, 901] });

  expect(owners(proc, [6, 5], [900])).toEqual([[900, 6]]);
  expect(owners(proc, [5, 6], [901, 900])).toEqual([
    [900, 5],
    [901, 6],
  ]);
});

test("finds the descriptors of a process whose first thread has ended", () => {
  const proc = openProc();
  const task = join(proc.root, "5", "task");
  mkdirSync(join(proc.root, "5", "fd"), { recursive: true });
  mkdirSync(join(task, "5", "fd"), { recursive: true });
  mkdirSync(join(task, "9", "fd"), { recursive: true });
  symlinkSync("socket:[900]", join(task, "9", "fd", "3"));

  expect(owners(proc, [5], [900])).toEqual([[900, 5]]);
});

test("is not misled by files that are named like sockets", () => {
  const proc = openProc();
  proc.put({ pid: 5 });
  symlinkSync("/tmp/socket:[900]", join(proc.root, "5", "fd", "7"));
  symlinkSync("socket:[900] ", join(proc.root, "5", "fd", "8"));

  expect(owners(proc, [5], [900])).toEqual([]);
});

test("passes over processes that have gone, and counts what it does not look at", () => {
  const proc = openProc();
  proc.put({ pid: 5, sockets: [900, 901, 902] });

  const found = findSocketOwners({
    root: proc.root,
    pids: [4, 5],
    inodes: new Set([1]),
    maxDescriptorsPerProcess: 2,
  });

  expect(found).toMatchObject({ unreadable: 0, cut: 1 });
});

function openProc(): FixtureProc {
  const proc = createFixtureProc();
  onTestFinished(() => proc[Symbol.dispose]());
  return proc;
}

function owners(proc: FixtureProc, pids: readonly number[], inodes: readonly number[]) {
  const search = { root: proc.root, pids, inodes: new Set(inodes), maxDescriptorsPerProcess: 100 };
  return [...findSocketOwners(search).owners];
}
