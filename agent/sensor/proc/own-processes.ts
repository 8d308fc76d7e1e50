import { readFileSync } from "node:fs";

import { loadLibc } from "../kernel/libc.ts";

/** As long as a sample takes, so that each has its own look. */
const KEPT_MS = 50;

/**
 * Whether a pid is the guard's, or a helper's that it has started. Where the guard is the first process of its pid namespace,
 * or a subreaper (prctl(2): that survives an exec), orphans of the job become its children too, so there only the guard itself
 * is left out.
 */
export function createOwnProcesses(): (pid: number) => boolean {
  const adopts = process.pid === 1 || loadLibc().isChildSubreaper();
  let children: ReadonlySet<number> = new Set();
  let readAtMs = Number.NEGATIVE_INFINITY;
  return (pid) => {
    if (pid === process.pid) return true;
    if (adopts) return false;
    const now = performance.now();
    if (now - readAtMs > KEPT_MS) {
      children = readChildren();
      readAtMs = now;
    }
    return children.has(pid);
  };
}

/** proc_pid_task(5): children of the main thread, which is the one that starts them. */
function readChildren(): ReadonlySet<number> {
  try {
    const text = readFileSync(`/proc/self/task/${process.pid}/children`, "latin1");
    return new Set(text.trim().split(" ").map(Number));
  } catch {
    return new Set();
  }
}
