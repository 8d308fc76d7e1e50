import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

const PRINT = join(import.meta.dirname, "print-foreground.ts");
const HAS_SCRIPT = spawnSync("script", ["--version"], { stdio: "ignore" }).error === undefined;
const NOTE = HAS_SCRIPT ? "" : " (skipped: needs the program script)";

test("a process without a terminal is in no foreground", () => {
  expect(run(["setsid", "--wait", process.execPath, PRINT])).toContain("in foreground: false");
});

describe.skipIf(!HAS_SCRIPT)(`in a terminal${NOTE}`, () => {
  test("a program that a shell waits for is in the foreground", () => {
    expect(inTerminal(`'${process.execPath}' '${PRINT}'; :`)).toContain("in foreground: true");
  });

  test("a program that a shell does not wait for is in the background", () => {
    expect(inTerminal(`set -m; '${process.execPath}' '${PRINT}' & wait`)).toContain(
      "in foreground: false",
    );
  });
});

/** script(1) of util-linux gives a command line a terminal. */
function inTerminal(commandLine: string): string {
  return run(["script", "--quiet", "--command", commandLine, "/dev/null"]);
}

function run([program = "", ...args]: readonly string[]): string {
  return spawnSync(program, args, {
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
    env: { ...process.env, SHELL: "/bin/bash" },
    timeout: 10_000,
  }).stdout;
}
