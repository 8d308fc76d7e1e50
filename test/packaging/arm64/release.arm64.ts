/** The agent for arm64, as it is released, on a processor that is emulated. The kernel is this machine's. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { reportSchema } from "../../../protocol/report.ts";

const CHECKOUT = resolve(import.meta.dirname, "../../..");
const { emulator, system, node }: Readonly<Record<"emulator" | "system" | "node", string>> =
  JSON.parse(process.env["RUNNER_GUARD_ARM64"] ?? "{}");
const work = mkdtempSync(join(tmpdir(), "release-arm64-"));
const report = join(work, "report.json");

beforeAll(() => {
  const script = join(CHECKOUT, "scripts/build-action.mjs");
  execFileSync(process.execPath, [script, "--output", work]);
});

afterAll(() => rmSync(work, { recursive: true, force: true }));

test("runs commands, ends as they do, and sees them", () => {
  const flags = ["--sensor", "proc", "--enforcement", "none", "--report", report];
  const { status, stdout } = guard(["run", ...flags, "--", "sh", "-c", "echo out; exit 3"]);
  const { run, processes, sensors } = reportSchema.parse(JSON.parse(readFileSync(report, "utf8")));

  expect({ status, stdout }).toEqual({ status: 3, stdout: "out\n" });
  expect(run.command[0]).toBe("sh");
  expect(processes.length).toBeGreaterThan(0);
  expect(sensors.find(({ name }) => name === "proc")?.status).toBe("active");
});

test("masks secrets in a log, by code that is not the processor's", () => {
  const token = ["ghp", "0123456789abcdefghijklmnopqrstuvwxyz"].join("_");
  const { status, stdout } = guard(["redact"], `before ${token} after\n`);

  expect(status).toBe(0);
  expect(stdout).toMatch(/^before .+ after\n$/);
  expect(stdout).not.toContain(token);
});

test("tells what the machine lacks", () => {
  const { stdout } = guard(["doctor"]);

  expect(stdout).toContain("Sensors: proc, host");
  expect(stdout).toContain("libbpf.so.1, which loads the kernel sensor, is not installed");
});

function guard(args: readonly string[], input = "") {
  const start = join(work, "guard/agent/start.mjs");
  return spawnSync(emulator, ["-L", system, node, "--max-semi-space-size=2", start, ...args], {
    cwd: work,
    input,
    encoding: "utf8",
  });
}
