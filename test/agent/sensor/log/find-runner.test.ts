import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { findRunners } from "../../../../agent/sensor/log/find-runner.ts";

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

test("a process of another root is looked at within that", () => {
  mkdirSync(join(folder, "7"), { recursive: true });
  mkdirSync(join(folder, "self"));
  mkdirSync(join(folder, "elsewhere"));
  symlinkSync("/", join(folder, "self", "root"));
  symlinkSync(join(folder, "elsewhere"), join(folder, "7", "root"));
  writeFileSync(join(folder, "7", "cmdline"), "/home/runner/bin/Runner.Worker\0spawnclient\0");

  expect(findRunners({ proc: folder, runnerTemp: undefined })).toEqual([
    `${folder}/7/root/home/runner/_diag`,
  ]);
});

test.each(["Runner.Worker", "/bin/../x/Runner.WorkerX", "", `/${"x".repeat(9_000)}/Runner.Worker`])(
  "a process called %j is none",
  (program) => {
    mkdirSync(join(folder, "7"));
    writeFileSync(join(folder, "7", "cmdline"), `${program}\0`);

    expect(findRunners({ proc: folder, runnerTemp: undefined })).toEqual([]);
  },
);

test("the runner is found by where its jobs keep temporary files, if it has its logs there", () => {
  const runnerTemp = join(folder, "_work", "_temp");
  expect(find(runnerTemp)).not.toContain(join(folder, "_diag"));
  mkdirSync(join(folder, "_diag"));
  expect(find(runnerTemp)).toContain(join(folder, "_diag"));
});

function find(runnerTemp?: string): string[] {
  return findRunners({ proc: "/proc", runnerTemp });
}
