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

test.each([
  { what: "another root", root: "elsewhere", mounts: "mnt:[1]" },
  { what: "other mounts", root: ".", mounts: "mnt:[2]" },
])("a process with $what is looked at within that", ({ root, mounts }) => {
  for (const name of ["7/ns", "self/ns", "elsewhere"]) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  symlinkSync(folder, join(folder, "self/root"));
  symlinkSync("mnt:[1]", join(folder, "self/ns/mnt"));
  symlinkSync(join(folder, root), join(folder, "7/root"));
  symlinkSync(mounts, join(folder, "7/ns/mnt"));
  writeFileSync(join(folder, "7/cmdline"), "/home/runner/bin/Runner.Worker\0spawnclient\0");

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
