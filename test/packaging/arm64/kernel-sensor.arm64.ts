/** The kernel sensor's program for arm64, in a kernel for arm64. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { type Report, reportSchema } from "../../../protocol/report.ts";
import { type Brought, runMachine } from "./emulated-machine.ts";

const CHECKOUT = resolve(import.meta.dirname, "../../..");
const BROUGHT: Brought = JSON.parse(process.env["RUNNER_GUARD_ARM64"] ?? "{}");
const COMMAND = [
  "nc -w 1 127.0.0.1 9 </dev/null",
  "echo > made; mv made moved; rm moved",
  "/compat",
  "exit 4",
].join("\n");
const SCRIPT = `
node --disable-warning=ExperimentalWarning /guard/agent/start.mjs run --quiet --enforcement none --report /report -- sh -c '${COMMAND}'
echo "status $?"
echo REPORT
cat /report
echo
echo END
`;

const work = mkdtempSync(join(tmpdir(), "kernel-arm64-"));
let said = "";
let report: Report;

beforeAll(() => {
  execFileSync(process.execPath, [join(CHECKOUT, "scripts/build-action.mjs"), "--output", work]);
  const compat = join(work, "compat");
  const target = ["--target=armv7-linux-gnueabi", "-marm", "-O1", "-ffreestanding"];
  const linking = ["-nostdlib", "-static", "-fuse-ld=lld", "-o", compat];
  const source = join(import.meta.dirname, "compat-calls.c");
  execFileSync("clang", [...target, ...linking, source]);
  said = runMachine(BROUGHT, {
    guard: join(work, "guard"),
    programs: { compat },
    script: SCRIPT,
  });
  const told = /REPORT\n(\{[^]*\})\s+END/.exec(said)?.[1];
  if (told === undefined) throw new Error(`no report: ${said}`);
  report = reportSchema.parse(JSON.parse(told));
});

afterAll(() => rmSync(work, { recursive: true, force: true }));

test("sees what a command does", () => {
  // Debian's kernel of then cannot trace returns of functions on arm64 (before Linux 6.4), which is said.
  const sensor = report.sensors.find(({ name }) => name === "kernel");
  expect(sensor).toMatchObject({
    status: "degraded",
    reason: expect.stringMatching(/^bytes sent over UDP not seen .*io_uring not seen/),
    eventsDropped: 0,
  });
  expect(said).toContain("status 4\n");
  expect(report.connections).toContainEqual(
    expect.objectContaining({ destination: { ip: "127.0.0.1", port: 9 } }),
  );
  expect(report.processes.map(({ executable }) => executable)).toContain("/compat");
});

test("sees what a program for 32-bit ARM does", () => {
  expect(said).toContain("compat\n");
  expect(report.findings.map(({ message }) => message)).toEqual(
    expect.arrayContaining([
      expect.stringContaining("uts namespace"),
      expect.stringContaining("mounted /mnt"),
    ]),
  );
});
