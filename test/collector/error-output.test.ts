import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { createErrorOutput } from "../../collector/error-output.ts";

const ROOMY = { maxWaitingBytes: 1_048_576, idleMs: 5_000, wholeMs: 20_000 };
const LINES = Array.from({ length: 3_000 }, (_, index) => `${index} ${"x".repeat(100)}\n`);

let directory: string;
let pipe: number;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "error-output-"));
  spawnSync("mkfifo", [join(directory, "pipe")]);
  pipe = openPipe();
});
afterEach(() => {
  closeSync(pipe);
  rmSync(directory, { recursive: true, force: true });
});

test("a slow reader has all lines, in their order", async () => {
  const output = createErrorOutput({ ...ROOMY, descriptor: pipe });
  for (const line of LINES) output.write(line);
  let read = "";
  await expect
    .poll(() => (read += readPipe(8_192)), { interval: 1, timeout: 20_000 })
    .toHaveLength(LINES.join("").length);

  expect(read).toBe(LINES.join(""));
});

test("a reader that comes at the end has all lines that waited", async () => {
  const output = createErrorOutput({ ...ROOMY, descriptor: pipe });
  for (const line of LINES) output.write(line);
  const reader = copyPipe("sleep 0.2; head -c $0 pipe > read");
  output.finish();
  await once(reader, "exit");

  expect(readFileSync(join(directory, "read"), "utf8")).toBe(LINES.join(""));
});

test("whoever reads again is told how many lines he missed, once", async () => {
  const output = createErrorOutput({ ...ROOMY, maxWaitingBytes: 1_000, descriptor: pipe });
  for (const line of LINES) output.write(line);
  let read = "";
  await expect.poll(() => (read += readPipe()), { timeout: 20_000 }).toMatch(/missing/);
  output.write("the next\n");
  read += readPipe();
  const told = read.split("\n");
  const had = told.filter((line) => /^\d+ x+$/.test(line));
  const missing = LINES.length - had.length;

  expect(LINES.join("")).toContain(had.join("\n"));
  expect(missing).toBeGreaterThan(2_000);
  expect(told.slice(had.length)).toEqual([
    `runner-guard-collector: ${missing} lines are missing here: they were not read in time`,
    "the next",
    "",
  ]);
});

test("nothing waits for nobody", () => {
  const output = createErrorOutput({ ...ROOMY, idleMs: 30, descriptor: pipe });
  for (const line of LINES) output.write(line);
  const started = performance.now();
  output.finish();

  expect(performance.now() - started).toBeLessThan(ROOMY.idleMs);
});

test("a reader who has gone takes nothing down with him, and the next one is told what he missed", () => {
  const writing = openSync(join(directory, "pipe"), constants.O_WRONLY);
  closeSync(pipe);
  const output = createErrorOutput({ ...ROOMY, descriptor: writing });
  for (const line of LINES) output.write(line);
  output.finish();
  pipe = openPipe();
  output.write("the next\n");
  output.finish();
  closeSync(writing);

  expect(readPipe()).toBe(
    `runner-guard-collector: ${LINES.length} lines are missing here: they were not read in time\nthe next\n`,
  );
});

test("a full disk takes nothing down with it", () => {
  const full = openSync("/dev/full", "w");
  const output = createErrorOutput({ ...ROOMY, descriptor: full });
  for (const line of LINES) output.write(line);
  output.finish();

  expect(() => output.write("later\n")).not.toThrow();
  closeSync(full);
});

/** For both ends, so that to open it waits for nobody. */
function openPipe(): number {
  // oxlint-disable-next-line no-bitwise -- flags of the system
  return openSync(join(directory, "pipe"), constants.O_RDWR | constants.O_NONBLOCK);
}

function readPipe(bytes = 1_048_576): string {
  const buffer = Buffer.alloc(bytes);
  try {
    return buffer.toString("latin1", 0, readSync(pipe, buffer));
  } catch {
    return "";
  }
}

function copyPipe(script: string): ChildProcess {
  const bytes = String(LINES.join("").length);
  return spawn("sh", ["-c", script, bytes], { cwd: directory, stdio: "ignore" });
}
