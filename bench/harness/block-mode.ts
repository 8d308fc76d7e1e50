/** `runner-guard run` in block mode in a place of a bench network. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Report } from "../../protocol/report.ts";
import type { BenchPlace } from "./bench-network.ts";
import { type Driven, drive } from "./drive.ts";
import { describeSensors, readReport } from "./run-guarded.ts";

const GUARD = fileURLToPath(new URL("../../bin/runner-guard", import.meta.url));

export interface BlockMode {
  /** Of egress.allow. */
  readonly allow: readonly string[];
  /** The command may change the packet filter. */
  readonly keepsNetworkAdmin?: boolean;
  /** In front of the guard: `taskset`, say. */
  readonly before?: readonly string[];
}

export interface GuardedProgram extends Driven {
  /** Of the guard's own process, in bytes and seconds. */
  residentBytes(): number;
  cpuSeconds(): number;
  /** What it reported, after its end. */
  report(): Report;
}

export function startGuarded(
  place: BenchPlace,
  command: readonly string[],
  { allow, keepsNetworkAdmin = false, before = [] }: BlockMode,
): GuardedProgram {
  const policy = join(place.folder, "policy.json");
  const reportFile = join(place.folder, "report.json");
  writeFileSync(policy, toPolicyText(allow, keepsNetworkAdmin));
  const flags = ["--policy", policy, "--report", reportFile, "--quiet"];
  const child = place.start([...before, GUARD, "run", ...flags, "--", ...command]);
  const { pid } = child;
  // What enters the place, sets affinity and finds Node.js becomes the guard by exec.
  const readOwn = (file: string): string => readFileSync(`/proc/${pid}/${file}`, "utf8");
  return {
    ...drive(child),
    residentBytes: () => parseResidentBytes(readOwn("status")),
    cpuSeconds: () => parseCpuSeconds(readOwn("stat")),
    report: () => readReport(reportFile),
  };
}

function toPolicyText(allow: readonly string[], keepsNetworkAdmin: boolean): string {
  const admin = keepsNetworkAdmin ? "keep" : "withhold";
  return JSON.stringify({ version: 1, egress: { mode: "block", allow, "network-admin": admin } });
}

/** What is in force, in a few words; throws where it is not block mode, since nothing would have been measured. */
export function describeBlock(report: Report): string {
  const { requested, effective, reasons } = report.mode;
  if (effective !== "block") {
    throw new Error(`${requested} was asked for, and ${effective} measured: ${reasons.join("; ")}`);
  }
  return `${describeSensors(report)}; block mode in force`;
}

/** VmRSS of /proc/PID/status, in KiB. */
export function parseResidentBytes(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/mu.exec(status)?.[1] ?? Number.NaN) * 1024;
}

/** utime and stime of /proc/PID/stat, in ticks of 10 ms (USER_HZ, which is 100 everywhere). */
export function parseCpuSeconds(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
