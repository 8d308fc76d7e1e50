import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

const job = join(import.meta.dirname, "../examples/sample-job/job.mjs");

/** The job takes about three seconds on an idle machine. */
const TIMEOUT_MS = 60_000;

let directory = "";

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sample-job-test-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe("the sample job", () => {
  test("does everything it says and leaves nothing behind", { timeout: TIMEOUT_MS }, async () => {
    const { status, output } = await runJob({ ...process.env, TMPDIR: directory });
    expect(output).toContain("The sample job is done.");
    expect(output).toContain("http://127.0.0.1:");
    expect(output).toContain("read the environment of another process (27 bytes)");
    expect(status).toBe(0);
    expect(readdirSync(directory)).toEqual([]);
  });

  test("goes on without compiler and npm, and says so", { timeout: TIMEOUT_MS }, async () => {
    const programs = mkdtempSync(join(directory, "programs-"));
    symlinkSync(process.execPath, join(programs, "node"));
    for (const name of ["cat", "sleep"]) symlinkSync(`/bin/${name}`, join(programs, name));
    const { status, output } = await runJob({ PATH: programs, TMPDIR: directory });
    expect(output).toContain("There is no C compiler here");
    expect(output).toContain("There is no npm here");
    expect(output).toContain("The sample job is done.");
    expect(status).toBe(0);
  });
});

async function runJob(env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [job], { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  await once(child, "close");
  return { status: child.exitCode, output };
}
