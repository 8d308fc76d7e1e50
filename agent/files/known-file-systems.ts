/** Which file systems answer by themselves, whatever the job does. */
import { closeSync, constants, openSync, readFileSync } from "node:fs";

import { type MountedFiles, mountOf, readMounts } from "./mount-table.ts";

export interface KnownFileSystems {
  /**
   * The mount that this descriptor, opened by its path alone (O_PATH) as the process sees it, lies on; undefined where that is none of them.
   * `known`: one that something open lies on, so that its number is still its own.
   */
  find(descriptor: number, pid: number, known?: string): string | undefined;
}

/** Somebody answers for them, who may be the job. */
const SERVED = /^(?:fuse|9p|nfs|cifs|smb|ceph|afs|coda|virtiofs|lustre|beegfs|glusterfs|orangefs)/;
/** The kernel alone answers for these, whoever mounted them. */
const IN_MEMORY: ReadonlySet<string> = new Set(["tmpfs", "ramfs", "devtmpfs", "proc"]);
/** O_PATH of open(2), which Node.js does not name: opening so asks no file system for anything but the name. */
export const O_PATH = 0o10000000;
const MAX_KNOWN = 1_024;
const MAX_GENERATIONS = 64;

/**
 * Knows those that were mounted when it was made, and of every container what its runtime gave it as root. What the job mounts is unknown, also
 * what looks local: an overlay, or a disk in a file, may lie on files that the job serves.
 */
export function createKnownFileSystems(): KnownFileSystems {
  const ownRoot = findRootMount("self");
  const known = new Set<string>();
  for (const mounted of readMounts("/proc/self")) {
    if (!SERVED.test(mounted.type) || mounted.mount === ownRoot) known.add(toKey(mounted));
  }
  const learn = (pid: number): void => {
    const first = findFirst(pid);
    const found = first === undefined ? undefined : findRootOf(first);
    if (found !== undefined && !SERVED.test(found.type) && known.size < MAX_KNOWN) {
      known.add(toKey(found));
    }
  };
  return {
    find(descriptor, pid, knownMount) {
      const mount = mountOf(descriptor);
      // Its own root stays for as long as the guard does.
      if (mount === ownRoot || mount === knownMount) return mount;
      const mounted = readMounts(`/proc/${pid}`).find((one) => one.mount === mount);
      if (mounted === undefined) return undefined;
      if (IN_MEMORY.has(mounted.type) || known.has(toKey(mounted))) return mount;
      if (SERVED.test(mounted.type)) return undefined;
      learn(pid);
      return known.has(toKey(mounted)) ? mount : undefined;
    },
  };
}

function toKey({ device, type }: MountedFiles): string {
  return `${device} ${type}`;
}

/** The one above it that nobody started whom the guard could see: a container's runtime, from outside. */
function findFirst(pid: number): number | undefined {
  let at = pid;
  for (let generation = 0; generation < MAX_GENERATIONS; generation += 1) {
    const parent = parentOf(at);
    if (parent === undefined) return undefined;
    if (parent === 0) return at;
    at = parent;
  }
  return undefined;
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}

function findRootOf(pid: number): MountedFiles | undefined {
  const mount = findRootMount(String(pid));
  return readMounts(`/proc/${pid}`).find((one) => one.mount === mount);
}

function findRootMount(process: string): string | undefined {
  let root: number | undefined;
  try {
    root = openSync(`/proc/${process}/root`, O_PATH | constants.O_DIRECTORY);
    return mountOf(root);
  } catch {
    return undefined;
  } finally {
    if (root !== undefined) closeSync(root);
  }
}
