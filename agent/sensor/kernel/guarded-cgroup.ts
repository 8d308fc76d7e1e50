import { statSync } from "node:fs";

/** The kernel numbers a cgroup as its directory's inode (fs/kernfs, 64-bit since Linux 5.5). */
export function readCgroupId(directory: string): bigint {
  return statSync(directory, { bigint: true }).ino;
}
