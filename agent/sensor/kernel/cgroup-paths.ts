/** A cgroup's id is the inode number of its directory (include/linux/kernfs.h), so a look at the tree gives its path. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** A build farm's tree has some thousand; beyond this a path is not worth the look. */
const MAX_DIRECTORIES = 4096;
/** Misses are looked for again, but not at every exec of a cgroup that is gone. */
const MAX_REMEMBERED = 4096;

export function createCgroupPaths(root: string): (id: number) => string | undefined {
  const known = new Map<number, string | undefined>();
  return (id) => {
    if (known.has(id)) return known.get(id);
    if (known.size >= MAX_REMEMBERED) known.clear();
    const found = findDirectory(root, id);
    known.set(id, found);
    return found;
  };
}

function findDirectory(root: string, inode: number): string | undefined {
  const queue = [""];
  for (const path of queue) {
    const directory = join(root, path);
    try {
      if (statSync(directory).ino === inode) return path === "" ? "/" : path;
      for (const entry of readdirSync(directory, { withFileTypes: true })) {
        if (entry.isDirectory() && queue.length < MAX_DIRECTORIES)
          queue.push(`${path}/${entry.name}`);
      }
    } catch {
      // It went while we looked.
    }
  }
  return undefined;
}
