import type { ProcessRef } from "../observation.ts";

/** The id that events carry: readable, and never shared by two processes that the kernel gave the same pid. */
export function toProcessId({ pid, startTicks }: ProcessRef): string {
  return `${pid}-${startTicks.toString(36)}`;
}

/** Whether it is the id of a process with this pid, whenever that one started. */
export function isIdOfPid(id: string, pid: number): boolean {
  return id.startsWith(`${pid}-`);
}
