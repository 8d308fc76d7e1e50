import { readFileSync } from "node:fs";

import { parseProcessStat, type ProcessStat } from "../../agent/sensor/proc/process-stat.ts";

/** As the kernel names the program that runs one job. */
const WORKER = "Runner.Worker";
/** Deeper than any runner starts a step. */
const MAX_DEPTH = 32;

/** The process that runs this job, by who started whom; undefined in a container, where it is out of sight. */
export function findWorker(from: number): ProcessStat | undefined {
  let process = readProcess(from);
  for (let depth = 0; depth < MAX_DEPTH && process !== undefined; depth += 1) {
    if (process.comm === WORKER) return process;
    process = process.parentPid > 0 ? readProcess(process.parentPid) : undefined;
  }
  return undefined;
}

/** Undefined: there is no such process, or it is not ours to look at. */
export function readProcess(pid: number): ProcessStat | undefined {
  try {
    return parseProcessStat(readFileSync(`/proc/${pid}/stat`));
  } catch {
    return undefined;
  }
}
