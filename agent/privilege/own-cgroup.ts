import { constants } from "node:fs";
import { join } from "node:path";

import type { Places } from "./places.ts";
import { isAccessible, readText } from "./read-text.ts";

/** Where the guard makes the command's cgroup: below its own, so that a guard round this one still holds. */
export interface OwnCgroup {
  /** Absolute. */
  readonly path: string;
  /** Whether a cgroup can be made below it, as far as can be told without making one. */
  readonly writable: boolean;
}

/**
 * The line `0::/path` of /proc/self/cgroup (cgroups(7)); a path outside the cgroup namespace begins with `/..`.
 *
 * @param tree where the cgroup v2 tree is mounted. Null: it is not, or does not hold the guard's own cgroup.
 */
export function readOwnCgroup(places: Places, tree: string | undefined): OwnCgroup | null {
  const line = /^0::(\/.*)$/m.exec(readText(join(places.proc, "self/cgroup")) ?? "")?.[1];
  if (tree === undefined || line === undefined || line.startsWith("/..")) return null;
  const path = join(tree, line.replace(/ \(deleted\)$/, "").replace(/\/$/, ""));
  const there = join(places.root, path);
  return isAccessible(there, constants.F_OK)
    ? { path, writable: isAccessible(there, constants.W_OK) }
    : null;
}
