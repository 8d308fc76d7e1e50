import { readFileSync } from "node:fs";

import { parseMountInfo } from "./mounts.ts";

/** Where the cgroup v2 tree is mounted, or null where it is not. */
export function findCgroupRoot(): string | null {
  const mounts = parseMountInfo(readFileSync("/proc/self/mountinfo", "utf8"));
  return mounts.find(({ type }) => type === "cgroup2")?.path ?? null;
}
