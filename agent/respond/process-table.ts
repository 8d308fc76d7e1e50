/** Who runs, from /proc. */
import { closeSync, openSync, readdirSync, readlinkSync, readSync } from "node:fs";

import type { ProcessRef } from "../observation.ts";

export interface RunningProcess extends ProcessRef {
  readonly parentPid: number;
}

/** Fields of /proc/PID/stat behind the name, which may hold anything (proc_pid_stat(5)). */
const STATE = 0;
const PARENT = 1;
const THREADS = 17;
const START = 19;
/** Twice as many bytes as fields of the longest numbers have up to the start of the process. */
const STAT_BYTES = 1024;

/** Undefined where it has ended, also where nobody has waited for it yet. */
export function readProcess(pid: number): RunningProcess | undefined {
  const stat = readStat(pid);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const state = fields[STATE] ?? "";
  // It is said of the first thread, which may end before others.
  const hasEnded = state === "X" || (state === "Z" && Number(fields[THREADS]) <= 1);
  if (hasEnded) return undefined;
  return { pid, parentPid: Number(fields[PARENT]), startTicks: Number(fields[START]) };
}

/** With three system calls: there may be as many processes as there are numbers. */
function readStat(pid: number): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(`/proc/${pid}/stat`, "r");
  } catch {
    return undefined;
  }
  try {
    const stat = Buffer.allocUnsafe(STAT_BYTES);
    return stat.toString("latin1", 0, readSync(descriptor, stat, 0, STAT_BYTES, 0));
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

export function listProcesses(): RunningProcess[] {
  const found: RunningProcess[] = [];
  for (const name of readdirSync("/proc")) {
    const process = /^\d+$/.test(name) ? readProcess(Number(name)) : undefined;
    if (process) found.push(process);
  }
  return found;
}

/** Empty where there is none to be had, as of the kernel's own. */
export function readExecutable(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return "";
  }
}
