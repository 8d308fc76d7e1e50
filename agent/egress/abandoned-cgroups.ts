/** Control groups of guards that were killed, where nobody stayed behind to take them away. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { isPopulated, removeCgroup } from "./cgroup-tree.ts";

/** A guard starts its command within a second of making the group; from then on it is populated. */
const ABANDONED_AFTER_MS = 60_000;
const NAME = /^runner-guard-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `nowMs` as Date.now() has it. Of what is in use, nothing is removed: the kernel refuses that as well. */
export function removeAbandonedCgroups(parent: string, nowMs: number): void {
  for (const name of readdirSync(parent)) {
    const path = join(parent, name);
    if (!NAME.test(name) || isPopulated(path)) continue;
    const madeAtMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? nowMs;
    if (nowMs - madeAtMs > ABANDONED_AFTER_MS) removeCgroup(path);
  }
}
