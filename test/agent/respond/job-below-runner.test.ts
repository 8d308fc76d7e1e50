import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { ProcessRef } from "../../../agent/observation.ts";
import { readProcess } from "../../../agent/respond/process-table.ts";
import { createResponder } from "../../../agent/respond/responder.ts";
import { RESPONDER_DEFAULTS, toExec } from "./support/responder-defaults.ts";

const CRASH = join(import.meta.dirname, "support/crash-while-job-ends.ts");
let directory: string;
let worker: ChildProcess;
let step: ChildProcess;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "job-below-runner-"));
  const program = join(directory, "Runner.Worker");
  copyFileSync("/bin/sleep", program);
  worker = spawn(program, ["600"], { stdio: "ignore" });
  step = spawn("/bin/sleep", ["600"], { stdio: "ignore" });
});
afterEach(() => {
  worker.kill("SIGKILL");
  step.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true });
});

function toRef({ pid = 0 }: ChildProcess): ProcessRef {
  return { pid, startTicks: readProcess(pid)?.startTicks ?? 0 };
}

test("what is told late of a job that was ended is its doing, and says no other thing than before", async () => {
  const responder = createResponder({ ...RESPONDER_DEFAULTS, scope: "pod" });
  const [runner, job] = [toRef(worker), toRef(step)];
  const ended = Promise.all([once(worker, "exit"), once(step, "exit")]);
  responder.observe(toExec(runner, { pid: 1, startTicks: 0 }, join(directory, "Runner.Worker")));
  responder.observe(toExec(job, runner, "/bin/sleep"));
  const request = { response: "kill-job", process: job, rule: "miner" } as const;
  const first = responder.respond(request);
  await responder.settle();
  await ended;
  for (const process of [job, runner]) {
    responder.observe({ kind: "exit", at: 0, process, exitCode: null, signal: "SIGKILL" });
  }

  expect(first).toEqual({ done: "kill-job" });
  expect(responder.respond({ ...request, rule: "other", alreadyKilled: true })).toEqual(first);
  expect(responder.findObstacle()).toBeUndefined();
});

test("a guard that crashes while it ends a job leaves no worker that stands still", async () => {
  const ended = once(worker, "exit");
  const pids = [worker, step].map(({ pid }) => String(pid));
  const { status, stderr } = spawnSync(process.execPath, [CRASH, ...pids], { encoding: "utf8" });

  expect({ status, stderr }).toEqual({ status: 3, stderr: "" });
  expect(await ended).toEqual([null, "SIGKILL"]);
});
