import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { createLocalFiles } from "../../../../agent/files/local-files.ts";
import { findRunners } from "../../../../agent/sensor/log/find-runner.ts";
import { requires } from "../../../support/requires.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "guard-runner-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each(["Runner.Listener", "Runner.Worker"])(
  "the runner is found by its process %s",
  async (name) => {
    mkdirSync(join(folder, "bin"));
    const program = join(folder, "bin", name);
    copyFileSync("/bin/sleep", program);
    chmodSync(program, 0o755);
    const runner = spawn(program, ["60"]);
    try {
      await expect.poll(() => find()).toContain(join(folder, "_diag"));
    } finally {
      runner.kill();
      await once(runner, "exit");
    }
  },
);

test.skipIf(!requires.root.available)(
  `a process with other mounts is looked at within its root${requires.root.note}`,
  async () => {
    mkdirSync(join(folder, "bin"));
    const program = join(folder, "bin/Runner.Worker");
    copyFileSync("/bin/sleep", program);
    chmodSync(program, 0o755);
    const runner = spawn("unshare", ["--mount", program, "60"]);
    try {
      await expect.poll(() => find()).toContain(`/proc/${runner.pid}/root${folder}/_diag`);
    } finally {
      runner.kill();
      await once(runner, "exit");
    }
  },
);

test.each(["Runner.Worker", "/bin/../x/Runner.WorkerX", "", `/${"x".repeat(9_000)}/Runner.Worker`])(
  "a process called %j is none",
  (program) => {
    mkdirSync(join(folder, "7"));
    writeFileSync(join(folder, "7", "cmdline"), `${program}\0`);

    expect(
      findRunners({ proc: folder, runnerTemp: undefined, folders: createLocalFiles() }),
    ).toEqual([]);
  },
);

test("the runner is found by where its jobs keep temporary files, if it has its logs there", () => {
  const runnerTemp = join(folder, "_work", "_temp");
  expect(find(runnerTemp)).not.toContain(join(folder, "_diag"));
  mkdirSync(join(folder, "_diag"));
  expect(find(runnerTemp)).toContain(join(folder, "_diag"));
});

function find(runnerTemp?: string): string[] {
  return findRunners({ proc: "/proc", runnerTemp, folders: createLocalFiles() });
}
