import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { type Report, reportSchema } from "../../protocol/report.ts";
import { followPeakMemory } from "./peak-memory.ts";
import { runTimed } from "./run-timed.ts";

const GUARD = fileURLToPath(new URL("../../bin/runner-guard", import.meta.url));

export type GuardSensor = "kernel" | "proc";

export interface GuardedRun {
  readonly report: Report;
  /** Of the guard's own process. */
  readonly peakMemoryBytes: number;
}

export interface GuardedRunOptions {
  readonly sensor: GuardSensor;
  readonly directory: string;
  readonly timeoutMs: number;
}

export function toGuardedCommand(
  command: readonly string[],
  options: {
    readonly sensor: GuardSensor;
    readonly reportFile?: string;
    /** What `run` chooses by itself where nothing is said. */
    readonly enforcement?: "none";
  },
): string[] {
  const { sensor, reportFile, enforcement } = options;
  const report = reportFile === undefined ? [] : ["--report", reportFile];
  const without = enforcement === undefined ? [] : ["--enforcement", enforcement];
  return [GUARD, "run", "--sensor", sensor, ...without, ...report, "--quiet", "--", ...command];
}

/** Runs a command under the real guard and reads its report; throws when either of them fails. */
export async function runGuarded(
  command: readonly string[],
  options: GuardedRunOptions,
): Promise<GuardedRun> {
  const reportFile = join(options.directory, `report-${options.sensor}.json`);
  const guarded = toGuardedCommand(command, { sensor: options.sensor, reportFile });
  // The launcher becomes the guard by exec, so its pid is the guard's.
  let guardPid: number | undefined;
  using peak = followPeakMemory(() => guardPid);
  const run = await runTimed(guarded, {
    timeoutMs: options.timeoutMs,
    onStart: (pid) => (guardPid = pid),
  });
  if (run.exitCode !== 0) {
    throw new Error(`${guarded.join(" ")} ended with status ${run.exitCode}: ${run.stderr.trim()}`);
  }
  return { report: readReport(reportFile), peakMemoryBytes: peak.bytes };
}

export function readReport(file: string): Report {
  return reportSchema.parse(JSON.parse(readFileSync(file, "utf8")));
}

/** What the report says of its sensors and of enforcement, in a few words: a number from a degraded one means something else. */
export function describeSensors({ sensors, enforcement }: Report): string {
  const described = sensors.map(({ name, status, reason }) =>
    reason === undefined || status === "active"
      ? `${name} ${status}`
      : `${name} ${status} (${reason})`,
  );
  const { mechanism = "none", reason } = enforcement ?? {};
  const means = reason === undefined ? mechanism : `${mechanism} (${reason})`;
  return [...described, `enforcement ${means}`].join(", ");
}
