/** Finds all of the job that lives now, also what sensors have not told of yet. */
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

/** Members that live, whoever they have started, and whoever is in the command's cgroup. */
export function findJob({ members, cgroup, guardPid }: JobTreeOptions): RunningProcess[] {
  const running = listProcesses();
  const children = Map.groupBy(running, ({ parentPid }) => parentPid);
  const job = new Map<number, RunningProcess>();
  const waiting = running.filter((process) => members.has(process));
  for (const worker of members.workers()) waiting.push(...(children.get(worker.pid) ?? []));
  waiting.push(...listMembers(cgroup));
  for (let process = waiting.pop(); process; process = waiting.pop()) {
    if (process.pid === guardPid || process.pid === 1 || job.has(process.pid)) continue;
    job.set(process.pid, process);
    waiting.push(...(children.get(process.pid) ?? []));
  }
  return [...job.values()];
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
