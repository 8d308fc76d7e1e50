import { spawn } from "node:child_process";
import { once } from "node:events";

import { expect, test } from "vitest";

import { createOwnProcesses } from "../../../../agent/sensor/proc/own-processes.ts";
import { adoptOrphans } from "../support/adopt-orphans.ts";

test("the guard and what it has started are its own, and nothing else is", async () => {
  const child = spawn("sleep", ["60"]);
  await once(child, "spawn");
  const isOwn = createOwnProcesses();

  expect([process.pid, child.pid ?? 0, process.ppid, 1].map(isOwn)).toEqual([
    true,
    true,
    false,
    false,
  ]);
  child.kill();
});

test("a child of a guard that takes in orphans may be one of the job's", async () => {
  const adoption = adoptOrphans();
  const isOwn = createOwnProcesses();
  adoption[Symbol.dispose]();
  const child = spawn("sleep", ["60"]);
  await once(child, "spawn");

  expect([process.pid, child.pid ?? 0].map(isOwn)).toEqual([true, false]);
  child.kill();
});
