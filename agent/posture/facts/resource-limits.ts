import { dirname } from "node:path";

import type { PosturePlaces } from "../posture-places.ts";
import { readBounded } from "../read-bounded.ts";
import { findMount, type MountEntry } from "./mount-table.ts";

/** Above this, the old memory controller's number stands for no limit (PAGE_COUNTER_MAX). */
const UNLIMITED_BYTES = 2 ** 60;
const MAX_DEPTH = 32;

export interface ResourceLimits {
  readonly hasMemoryLimit: boolean;
  readonly hasProcessLimit: boolean;
}

/** Looks from the own cgroup up to the root: each on the way holds. Undefined: no tree shows it. */
export function readResourceLimits(
  places: PosturePlaces,
  mounts: readonly MountEntry[],
): ResourceLimits | undefined {
  const memory = findLimit(places, mounts, {
    controller: "memory",
    files: ["memory.max", "memory.limit_in_bytes"],
  });
  const processes = findLimit(places, mounts, {
    controller: "pids",
    files: ["pids.max", "pids.max"],
  });
  if (memory === undefined && processes === undefined) return undefined;
  return { hasMemoryLimit: memory === true, hasProcessLimit: processes === true };
}

interface Limit {
  readonly controller: "memory" | "pids";
  /** In version 2, and in version 1. */
  readonly files: readonly [string, string];
}

function findLimit(
  places: PosturePlaces,
  mounts: readonly MountEntry[],
  { controller, files: [modern, old] }: Limit,
): boolean | undefined {
  const lines = (readBounded(places, "proc/self/cgroup") ?? "").split("\n");
  const oldPath = lines
    .map((line) => /^\d+:([^:]*):(\/.*)$/.exec(line))
    .find((match) => match?.[1]?.split(",").includes(controller) === true)?.[2];
  const oldTree = mounts.find(
    ({ type, path }) =>
      type === "cgroup" && path.split("/").at(-1)?.split(",").includes(controller),
  );
  if (oldPath !== undefined && oldTree)
    return isLimited(places, { tree: oldTree.path, path: oldPath, file: old });
  const path = lines.find((line) => line.startsWith("0::/"))?.slice(3);
  const tree = findMount(mounts, "/sys/fs/cgroup");
  if (path === undefined || tree?.type !== "cgroup2") return undefined;
  return isLimited(places, { tree: tree.path, path, file: modern });
}

function isLimited(
  places: PosturePlaces,
  { tree, path, file }: { readonly tree: string; readonly path: string; readonly file: string },
): boolean {
  let folder = path;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const text = readBounded(places, `${tree}/${folder}/${file}`)?.trim();
    if (text !== undefined && /^\d+$/.test(text) && Number(text) < UNLIMITED_BYTES) return true;
    if (folder === "/" || folder === dirname(folder)) return false;
    folder = dirname(folder);
  }
  return false;
}
