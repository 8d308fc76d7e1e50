import { expect, test } from "vitest";

import type { FileObservation } from "../../../../agent/observation.ts";
import type { Actor } from "../../../../agent/rules/facts/actor.ts";
import { createTruePaths } from "../../../../agent/rules/facts/true-paths.ts";

const ACTOR: Actor = {
  ref: { pid: 1, startTicks: 1 },
  id: "1-1",
  parent: undefined,
  depth: 0,
  step: undefined,
  startedAt: 0,
  endedAt: undefined,
  program: undefined,
  hasExecuted: false,
};

test("an opened file is where the kernel says, and a rename leads through the links of the run", () => {
  const paths = open();
  paths.note(link("/w/a", "/home/u"));
  paths.note(link("/w/b", "/w/a/.config"));

  expect(paths.of(opened("/w/c"), ACTOR)).toBe("/w/c");
  expect(paths.of(renamed("/w/b/x", "/w/c"), ACTOR)).toBe("/home/u/.config/x");
  expect(paths.of(renamed("/w/b", "/w/c"), ACTOR)).toBe("/w/b");
});

test("a hard link is another name of the same file, until it is deleted or replaced", () => {
  const paths = open();
  paths.note(link("/w/a", "/home/u/.bashrc"));
  expect(paths.of(opened("/w/a"), ACTOR)).toBe("/home/u/.bashrc");

  paths.note(renamed("/w/b", "/w/a"));
  expect(paths.of(opened("/w/b"), ACTOR)).toBe("/home/u/.bashrc");
  expect(paths.of(opened("/w/a"), ACTOR)).toBe("/w/a");

  paths.note({ ...opened("/w/b"), operation: "delete" });
  expect(paths.of(opened("/w/b"), ACTOR)).toBe("/w/b");
});

test("a hard link that was made by way of another link is another name of what that leads to", () => {
  const paths = open();
  paths.note(link("/w/elsewhere", "/home/u"));
  paths.note(link("/w/a", "/w/elsewhere/.bashrc"));

  expect(paths.of(opened("/w/a"), ACTOR)).toBe("/home/u/.bashrc");
});

test("names below /proc are those of what they lead to", () => {
  const paths = open();

  expect(paths.of(renamed("/proc/self/root/etc/x", "/w/c"), ACTOR)).toBe("/etc/x");
  expect(paths.of(renamed("/proc/1/root/proc/self/fd/3/x", "/w/c"), ACTOR)).toBe("/opened/3/x");
  expect(paths.of(opened("/proc/sys/kernel/core_pattern"), ACTOR)).toBe(
    "/proc/sys/kernel/core_pattern",
  );
});

test("links that lead to themselves, and more of them than are kept, do no harm", () => {
  const paths = open();
  paths.note(link("/w/a", "/w/a"));
  expect(paths.of(renamed("/w/a/x", "/w/c"), ACTOR)).toBe("/w/a/x");

  for (let at = 0; at < 100; at += 1) paths.note(link(`/w/${at}`, "/etc"));
  expect(paths.size).toBe(4);
});

function open() {
  return createTruePaths({ maxLinks: 4, live: { descriptor: (_pid, at) => `/opened/${at}` } });
}

function opened(path: string): FileObservation {
  return { kind: "file", at: 0, process: ACTOR.ref, path, operation: "write" };
}

function renamed(path: string, originalPath: string): FileObservation {
  return { kind: "file", at: 0, process: ACTOR.ref, path, operation: "rename", originalPath };
}

function link(path: string, originalPath: string): FileObservation {
  return { kind: "file", at: 0, process: ACTOR.ref, path, operation: "create", originalPath };
}
