/** Who runs, from /proc. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

import type { ProcessRef } from "../observation.ts";

export interface RunningProcess extends ProcessRef {
  readonly parentPid: number;
}

/** Fields of /proc/PID/stat behind the name, which may hold anything (proc_pid_stat(5)). */
const STATE = 0;
const PARENT = 1;
const START = 19;

/** Undefined where it has ended, also where nobody has waited for it yet. */
export function readProcess(pid: number): RunningProcess | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return undefined;
  }
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const state = fields[STATE] ?? "";
  if (state === "Z" || state === "X") return undefined;
  return { pid, parentPid: Number(fields[PARENT]), startTicks: Number(fields[START]) };
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
