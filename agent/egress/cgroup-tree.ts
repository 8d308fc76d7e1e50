/** What is asked of any control group of the v2 tree, whoever made it. */
import { lstatSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { join, normalize } from "node:path";

const TREE = "/sys/fs/cgroup/";
/** A job may have made cgroups below its own; deeper than this it did so to be in the way. */
const MAX_DEPTH = 16;

/** Whether processes run in it or below it; false where it is gone: a job that is root can remove its own. */
export function isPopulated(path: string): boolean {
  try {
    return /^populated 1$/m.test(readFileSync(join(path, "cgroup.events"), "latin1"));
  } catch {
    return false;
  }
}

/** With all below it. The kernel removes a control group only when nothing is in it. */
export function removeCgroup(path: string, depth = MAX_DEPTH): void {
  if (depth === 0 || normalize(path) !== path || !path.startsWith(TREE)) return;
  try {
    for (const name of readdirSync(path)) {
      const below = join(path, name);
      if (lstatSync(below).isDirectory()) removeCgroup(below, depth - 1);
    }
    rmdirSync(path);
  } catch {
    // Gone already, or still in use.
  }
}
