import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { readProcessDetails } from "../../../../agent/sensor/proc/process-details.ts";
import { createEnvironmentFilter } from "../../../../agent/sensor/proc/process-environment.ts";
import { parseProcessStat } from "../../../../agent/sensor/proc/process-stat.ts";
import { createFixtureProc, toStatLine } from "./fixture-proc.ts";
import type { FixtureProcess } from "./fixture-proc.ts";

test("nothing of an environment stays in memory but what is watched", () => {
  const { details, scratch } = read({ pid: 5, environment: ["TOKEN=hunter2", "CI=true"] });

  expect(details?.environment).toEqual({ CI: "true" });
  expect(scratch.includes("hunter2")).toBe(false);
});

test("a process whose first thread has ended is read through another", () => {
  const { details } = read({ pid: 5, state: "Z", threads: 2, without: ["exe"] }, (directory) => {
    const task = join(directory, "task", "9");
    mkdirSync(join(directory, "task", "5"), { recursive: true });
    mkdirSync(task);
    symlinkSync("/usr/bin/hidden", join(task, "exe"));
    writeFileSync(join(task, "cmdline"), "hidden\0--now\0");
    writeFileSync(join(task, "status"), "Uid:\t7\t7\t7\t7\nGid:\t8\t8\t8\t8\n");
  });

  expect(details).toMatchObject({
    executable: "/usr/bin/hidden",
    args: ["hidden", "--now"],
    userId: 7,
    groupId: 8,
  });
});

test("what cannot be had is left out, and the rest is told", () => {
  const { details } = read({ pid: 5, without: ["environ", "cgroup", "cmdline"] });

  expect(details).toMatchObject({
    executable: "/usr/bin/program",
    args: [],
    environment: {},
    stdin: { type: "device" },
    stdout: { type: "pipe", inode: 11 },
    stderr: { type: "closed" },
    networkNamespace: undefined,
  });
  expect(details).not.toHaveProperty("cgroup");
});

function read(process: FixtureProcess, arrange: (directory: string) => void = () => {}) {
  const proc = createFixtureProc();
  onTestFinished(() => proc[Symbol.dispose]());
  proc.put(process);
  arrange(join(proc.root, String(process.pid)));
  const stat = parseProcessStat(Buffer.from(toStatLine(process)));
  if (stat === undefined) throw new Error("the fixture's stat line is none");
  const scratch = Buffer.alloc(65_536);
  const details = readProcessDetails(stat, {
    root: proc.root,
    bounds: { maxArgs: 16, maxArgBytes: 1_024 },
    filterEnvironment: createEnvironmentFilter(["CI"], 100),
    scratch,
  });
  return { details, scratch };
}
