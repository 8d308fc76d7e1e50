/** A cgroup's id is the inode number of its directory (include/linux/kernfs.h), so a look at the tree gives its path. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** A build farm's tree has some thousand; beyond this a path is not worth the look. */
const MAX_DIRECTORIES = 4096;
/** A look at a tree of ordinary size takes half a millisecond. */
const MIN_PAUSE_MS = 20;
/** A job that makes cgroups without end gets a twentieth of the guard's time for it. */
const PAUSE_PER_LOOK = 20;

export function createCgroupPaths(root: string): (id: number) => string | undefined {
  let paths = new Map<number, string>();
  let nextLook = 0;
  return (id) => {
    const known = paths.get(id);
    const now = performance.now();
    if (known !== undefined || now < nextLook) return known;
    paths = readTree(root);
    const tookMs = performance.now() - now;
    nextLook = now + Math.max(MIN_PAUSE_MS, tookMs * PAUSE_PER_LOOK);
    return paths.get(id);
  };
}

function readTree(root: string): Map<number, string> {
  const paths = new Map<number, string>();
  const queue = [""];
  for (const path of queue) {
    const directory = join(root, path);
    try {
      paths.set(statSync(directory).ino, path === "" ? "/" : path);
      for (const entry of readdirSync(directory, { withFileTypes: true })) {
        if (!entry.isDirectory() || queue.length >= MAX_DIRECTORIES) continue;
        queue.push(`${path}/${entry.name}`);
      }
    } catch {
      // It went while we looked.
    }
  }
  return paths;
}
