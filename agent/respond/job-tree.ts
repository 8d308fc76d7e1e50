/** Finds who of the job lives now. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { JobMembers } from "./job-members.ts";
import { listProcesses, readProcess, type RunningProcess } from "./process-table.ts";

export interface JobTreeOptions {
  readonly members: JobMembers;
  /** Of the command alone, or null. */
  readonly cgroup: string | null;
  readonly guardPid: number;
}

/** Those that sensors told of, and whoever is in the command's cgroup: as quick as they are few, however full the table is. */
export function findKnown({ members, cgroup, guardPid }: JobTreeOptions): RunningProcess[] {
  const job = new Map<number, RunningProcess>();
  for (const ref of members.list()) {
    const process = readProcess(ref.pid);
    if (process?.startTicks === ref.startTicks) job.set(process.pid, process);
  }
  for (const process of listMembers(cgroup)) job.set(process.pid, process);
  return [...job.values()].filter(({ pid }) => isToEnd(pid, guardPid));
}

/** Also those whom sensors have not told of: the whole table, in which the dead whom nobody has waited for are too. */
export function findAll(options: JobTreeOptions): RunningProcess[] {
  const { members, guardPid } = options;
  const running = listProcesses();
  const children = Map.groupBy(running, ({ parentPid }) => parentPid);
  const job = new Map<number, RunningProcess>();
  const waiting = [...running.filter((process) => members.has(process)), ...findKnown(options)];
  for (const worker of members.workers()) waiting.push(...(children.get(worker.pid) ?? []));
  for (let process = waiting.pop(); process; process = waiting.pop()) {
    if (!isToEnd(process.pid, guardPid) || job.has(process.pid)) continue;
    job.set(process.pid, process);
    waiting.push(...(children.get(process.pid) ?? []));
  }
  return [...job.values()];
}

function isToEnd(pid: number, guardPid: number): boolean {
  return pid !== guardPid && pid !== 1;
}

function listMembers(cgroup: string | null): RunningProcess[] {
  return cgroup === null ? [] : listPids(cgroup).flatMap((pid) => readProcess(pid) ?? []);
}

/** A job may have made cgroups of its own below. */
function listPids(cgroup: string): number[] {
  try {
    const own = readFileSync(join(cgroup, "cgroup.procs"), "latin1").split("\n").map(Number);
    const below = readdirSync(cgroup, { withFileTypes: true }).filter((one) => one.isDirectory());
    return [
      ...own.filter((pid) => pid > 0),
      ...below.flatMap(({ name }) => listPids(join(cgroup, name))),
    ];
  } catch {
    return []; // It has gone.
  }
}
