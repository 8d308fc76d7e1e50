import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, expect, test } from "vitest";

const guard = fileURLToPath(new URL("../../bin/runner-guard", import.meta.url));
/** More than the launcher can note in one string. */
const LARGE = { LARGE_1: "x".repeat(100_000), LARGE_2: "x".repeat(100_000) };

let directory = "";

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "hostile-environment-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Guards a shell that tells the variable's value. */
function tellVariable(name: string, env: Record<string, string>) {
  const args = [
    "run",
    "--quiet",
    "--sensor",
    "proc",
    "--",
    "/bin/sh",
    "-c",
    `printf %s "$${name}"`,
  ];
  const PATH = "/usr/bin:/bin";
  const { status, stdout } = spawnSync(guard, args, { env: { PATH, ...env }, encoding: "utf8" });
  return { status, stdout };
}

test("a program for Node.js to load first reaches the command alone, in a very large environment too", () => {
  const trace = join(directory, "loaded");
  const program = join(directory, "first.cjs");
  writeFileSync(program, `require("node:fs").writeFileSync(${JSON.stringify(trace)}, "")`);
  const NODE_OPTIONS = `--require ${program}`;

  expect(tellVariable("NODE_OPTIONS", { NODE_OPTIONS, ...LARGE })).toEqual({
    status: 0,
    stdout: NODE_OPTIONS,
  });
  expect(existsSync(trace)).toBe(false);
});

test("a folder of compiled code that someone else names is not used by the guard", () => {
  const NODE_COMPILE_CACHE = join(directory, "cache");

  expect(tellVariable("NODE_COMPILE_CACHE", { NODE_COMPILE_CACHE })).toEqual({
    status: 0,
    stdout: NODE_COMPILE_CACHE,
  });
  expect(existsSync(NODE_COMPILE_CACHE)).toBe(false);
});

test("programs that someone else put first in PATH are not run by the launcher", () => {
  const trace = join(directory, "run");
  for (const name of ["readlink", "base64"]) {
    writeFileSync(join(directory, name), `#!/bin/sh\n: >${trace}\n`, { mode: 0o755 });
  }
  const PATH = `${directory}:/usr/bin:/bin`;

  expect(tellVariable("PATH", { PATH })).toEqual({ status: 0, stdout: PATH });
  expect(existsSync(trace)).toBe(false);
});
