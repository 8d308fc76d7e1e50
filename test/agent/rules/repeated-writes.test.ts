import { describe, expect, test } from "vitest";

import type { FileObservation, Observation } from "../../../agent/observation.ts";
import { createRepeatedWrites } from "../../../agent/rules/repeated-writes.ts";

const MAKE = { pid: 10, startTicks: 1 };
const OTHER = { pid: 11, startTicks: 2 };

describe("a write", () => {
  test("is a repeat where the same process has just written the same file", () => {
    expect(isRepeat(write(), write({ at: 1_000 }))).toBe(true);
  });

  test("is a repeat however the cores' records are ordered", () => {
    expect(isRepeat(write({ at: 1_000 }), write())).toBe(true);
  });

  test.each([
    ["is by another process", write({ process: OTHER })],
    ["is by a later process of the same number", write({ process: { pid: 10, startTicks: 9 } })],
    ["is of another file", write({ path: "/work/other" })],
    ["comes a while later", write({ at: 200_000 })],
    ["was stopped by the kernel", write({ killed: true })],
    ["is a change of another kind", write({ operation: "chmod", mode: 0o755 })],
  ])("is none where it %s", (_, second) => {
    expect(isRepeat(write(), second)).toBe(false);
  });

  test.each<[string, Observation]>([
    ["a connection was begun", connect()],
    ["a process was started", { kind: "fork", at: 0, process: OTHER, parent: MAKE }],
    ["a file was renamed", write({ path: "/work/new", operation: "rename", originalPath: "/a" })],
    ["a link was made", write({ path: "/work/link", operation: "create", originalPath: "/a" })],
    ["a file was deleted", write({ path: "/work/gone", operation: "delete" })],
  ])("is none where %s meanwhile", (_, between) => {
    const repeated = createRepeatedWrites({ maxFiles: 8 });
    repeated.noteHarmless(write());
    repeated.isOne(between);

    expect(repeated.isOne(write())).toBe(false);
  });

  test("that was flagged is never taken for a repeat: it counts", () => {
    const repeated = createRepeatedWrites({ maxFiles: 8 });

    expect([repeated.isOne(write()), repeated.isOne(write())]).toEqual([false, false]);
  });

  test("is judged again where more files are written than are kept in mind", () => {
    const repeated = createRepeatedWrites({ maxFiles: 2 });
    for (const path of ["/a", "/b", "/c"]) repeated.noteHarmless(write({ path }));

    expect([repeated.isOne(write({ path: "/a" })), repeated.isOne(write({ path: "/c" }))]).toEqual([
      false,
      true,
    ]);
  });
});

function isRepeat(first: FileObservation, second: FileObservation): boolean {
  const repeated = createRepeatedWrites({ maxFiles: 8 });
  repeated.noteHarmless(first);
  return repeated.isOne(second);
}

function write(changed: Partial<FileObservation> = {}): FileObservation {
  return { kind: "file", at: 0, process: MAKE, path: "/work/log", operation: "write", ...changed };
}

function connect(): Observation {
  const address = { transport: "tcp", family: "ipv4", ip: "192.0.2.1", port: 443 } as const;
  return { kind: "connect", at: 0, process: MAKE, address, origin: "live" };
}
