import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { createErrorOutput } from "../../../agent/commands/error-output.ts";

const LINES = Array.from({ length: 2_000 }, (_, index) => `${index} ${"ü".repeat(50)}\n`);

const PATIENCE = { idleMs: 10_000, wholeMs: 20_000 };

let directory: string;
let reader: number;
/** As others have it: it blocks. */
let shared: number;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "error-output-"));
  const path = join(directory, "pipe");
  spawnSync("mkfifo", [path]);
  // oxlint-disable-next-line no-bitwise -- flags of the system
  reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  shared = openSync(path, "w");
});
afterEach(() => {
  closeSync(reader);
  closeSync(shared);
  rmSync(directory, { recursive: true, force: true });
});

test("the job's reader holds up nobody, and has all of it when he reads again", async () => {
  using output = createErrorOutput(shared, () => undefined, PATIENCE);
  for (const line of LINES) output.write(line);
  let read = Buffer.alloc(0);
  const whole = Buffer.from(LINES.join(""));
  await expect
    .poll(() => (read = Buffer.concat([read, readPipe()])).length, { timeout: 20_000 })
    .toBe(whole.length);

  expect(read.equals(whole)).toBe(true);
});

test("at the end a reader has the time to read", async () => {
  using output = createErrorOutput(shared, () => undefined, PATIENCE);
  for (const line of LINES) output.write(line);
  const all = LINES.join("");
  const script = ["-c", "sleep 0.2; head -c $0 pipe > read", String(Buffer.byteLength(all))];
  const copy = spawn("sh", script, { cwd: directory, stdio: "ignore" });
  output[Symbol.dispose]();
  await once(copy, "exit");

  expect(readFileSync(join(directory, "read"), "utf8")).toBe(all);
});

test("what nobody reads has a bound, and is counted", async () => {
  using output = createErrorOutput(shared, () => undefined, PATIENCE);
  const long = `${"x".repeat(100_000)}\n`;
  for (let count = 0; count < 15; count += 1) output.write(long);
  let read = "";
  await expect
    .poll(() => (read += readPipe().toString()).length, { timeout: 20_000 })
    .toBe(11 * long.length);
  output.write("next\n");
  read += readPipe().toString();

  expect(read.replaceAll(long, "")).toBe(
    "runner-guard: 4 messages are missing here: nobody read them\nnext\n",
  );
});

test("what is missing is told of in its place, also where something shorter would have had room", async () => {
  using output = createErrorOutput(shared, () => undefined, PATIENCE);
  const long = `${"x".repeat(100_000)}\n`;
  for (let count = 0; count < 12; count += 1) output.write(long);
  output.write("short\n");
  let read = "";
  await expect
    .poll(() => (read += readPipe().toString()).length, { timeout: 20_000 })
    .toBe(11 * long.length);
  output.write("next\n");
  read += readPipe().toString();

  expect(read.replaceAll(long, "")).toBe(
    "runner-guard: 2 messages are missing here: nobody read them\nnext\n",
  );
});

test("what is written after the end is told too", () => {
  const output = createErrorOutput(shared, () => undefined, { idleMs: 0, wholeMs: 0 });
  for (const line of LINES) output.write(line);
  output[Symbol.dispose]();
  while (readPipe().length > 0);
  output.write("late\n");
  output[Symbol.dispose]();

  expect(readPipe().toString()).toBe("late\n");
});

test("a reader who takes little at a time does not keep the guard from its end", async () => {
  const output = createErrorOutput(shared, () => undefined, { idleMs: 60_000, wholeMs: 300 });
  for (const line of LINES.concat(LINES)) output.write(line);
  const slow = spawn(
    "sh",
    ["-c", "while dd bs=4096 count=1 2>/dev/null; do sleep 0.05; done <pipe"],
    {
      cwd: directory,
      stdio: "ignore",
    },
  );
  const begun = performance.now();
  output[Symbol.dispose]();
  const tookMs = performance.now() - begun;
  slow.kill("SIGKILL");
  await once(slow, "exit");

  expect(tookMs).toBeLessThan(30_000);
});

test("no descriptor stays open", () => {
  const before = countDescriptors();
  for (let made = 0; made < 20; made += 1)
    createErrorOutput(shared, () => undefined)[Symbol.dispose]();

  expect(countDescriptors()).toBeLessThan(before + 10);
});

function countDescriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

function readPipe(): Buffer {
  const buffer = Buffer.alloc(1_048_576);
  try {
    return buffer.subarray(0, readSync(reader, buffer));
  } catch {
    return Buffer.alloc(0);
  }
}
