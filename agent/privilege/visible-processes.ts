import { readdirSync } from "node:fs";
import { join } from "node:path";

import type { Places } from "./places.ts";
import { readText } from "./read-text.ts";

export interface VisibleProcesses {
  readonly total: number;
  /** Neither this process, nor one that it comes from, nor one that comes from it. */
  readonly unrelated: number;
}

/** Counts what /proc shows; processes past `maxProcesses` are not looked at. */
export function readVisibleProcesses(
  places: Places,
  ownPid: number,
  maxProcesses: number,
): VisibleProcesses {
  const parents = readParents(places, maxProcesses);
  const ancestors = lineOf(ownPid, parents);
  const unrelated = [...parents.keys()].filter(
    (pid) => !ancestors.has(pid) && !lineOf(pid, parents).has(ownPid),
  );
  return { total: parents.size, unrelated: unrelated.length };
}

function readParents(places: Places, maxProcesses: number): Map<number, number> {
  const parents = new Map<number, number>();
  for (const name of readdirSync(places.proc)) {
    if (parents.size >= maxProcesses) break;
    if (!/^\d+$/.test(name)) continue;
    const parent = parseParent(readText(join(places.proc, name, "stat")) ?? "");
    if (parent !== null) parents.set(Number(name), parent);
  }
  return parents;
}

/** Field 4 of /proc/PID/stat; the name in field 2 is the process's own choice and may hold brackets and spaces. */
function parseParent(stat: string): number | null {
  const parent = /^ \S (\d+) /.exec(stat.slice(stat.lastIndexOf(")") + 1))?.[1];
  return parent === undefined ? null : Number(parent);
}

/** The process and all it comes from. Pids are read one after another, so a loop is possible and ends the walk. */
function lineOf(pid: number, parents: ReadonlyMap<number, number>): Set<number> {
  const line = new Set<number>();
  let next: number | undefined = pid;
  while (next !== undefined && next !== 0 && !line.has(next)) {
    line.add(next);
    next = parents.get(next);
  }
  return line;
}
