import { readFileSync, statSync } from "node:fs";

import type { TableOwner } from "./table-owner.ts";

/** `unknown`: its pid is one of another pid namespace, and says nothing here. */
export type OwnerState = "alive" | "dead" | "unknown";

/** Looks at /proc whether the guard that a table names still lives. */
export function findOwnerState({ pid, startTicks, pidNamespace }: TableOwner): OwnerState {
  if (pidNamespace !== readPidNamespace()) return "unknown";
  return readStartTicks(pid) === startTicks ? "alive" : "dead";
}

/** Inode of the pid namespace that this process is in. */
export function readPidNamespace(): number {
  return statSync("/proc/self/ns/pid").ino;
}

/** Nothing for a process that is gone, or is dead and waits for its parent. */
export function readStartTicks(pid: number): number | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The name in parentheses may hold anything, parentheses too; field 3 follows the last one.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? undefined : Number(fields[19]);
}
