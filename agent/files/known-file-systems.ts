/** Which file systems answer by themselves, whatever the job does. */
import { closeSync, constants, openSync, readFileSync, readlinkSync } from "node:fs";

import { type Libc, loadLibc } from "./libc.ts";
import { type MountedFiles, mountOf, readMounts } from "./mount-table.ts";
import { createOwnMounts, type OwnMounts } from "./own-mounts.ts";

export interface KnownFileSystems {
  /**
   * The mount that this descriptor, opened by its path alone (O_PATH) as the process sees it, lies on; undefined where that is none of them.
   * `known`: one that something open lies on, so that its number is still its own.
   */
  find(descriptor: number, pid: number, known?: string): string | undefined;
  /** What a link says whose own place is open, whatever lies at its name by now. */
  readLink(descriptor: number): string | undefined;
}

/** Somebody answers for them, who may be the job. */
const SERVED = /^(?:fuse|9p|nfs|cifs|smb|ceph|afs|coda|virtiofs|lustre|beegfs|glusterfs|orangefs)/;
/** The kernel alone answers for these, whoever mounted them. */
const IN_MEMORY: ReadonlySet<string> = new Set(["tmpfs", "ramfs", "devtmpfs", "proc"]);
/** O_PATH of open(2), which Node.js does not name: opening so asks no file system for anything but the name. */
export const O_PATH = 0o10000000;
const MAX_GENERATIONS = 64;

/**
 * Knows those that were mounted when it was made, for as long as they are, and of every container what its runtime gave it as root. What the job
 * mounts is unknown, also what looks local: an overlay, or a disk in a file, may lie on files that the job serves.
 */
export function createKnownFileSystems(): KnownFileSystems {
  const ownRoot = findRootMount("self");
  let libc: Libc | undefined;
  // Where no link is met and nothing but the guard's root is looked at, it is never loaded.
  const getLibc = (): Libc => (libc ??= loadLibc());
  const ownMounts = createOwnMounts(getLibc);
  const first = [...ownMounts.atFirst.values()].filter(
    ({ type, mount }) => !SERVED.test(type) || mount === ownRoot,
  );
  const findLasting = createLasting(first, ownMounts);
  return {
    readLink: (descriptor) => getLibc().readLink(descriptor),
    find(descriptor, pid, knownMount) {
      const mount = mountOf(descriptor);
      // Its own root stays for as long as the guard does.
      if (mount === undefined || mount === ownRoot || mount === knownMount) return mount;
      const mounted = ownMounts.now().get(mount) ?? findMount(pid, mount);
      if (mounted === undefined) return undefined;
      const isKnown =
        IN_MEMORY.has(mounted.type) ||
        findLasting().has(toKey(mounted)) ||
        (!SERVED.test(mounted.type) && isRootOfContainer(mounted, pid));
      return isKnown ? mount : undefined;
    },
  };
}

/**
 * Of the first mounts those that are still there. Numbers of mounts and of devices are given again: only while one is
 * there, everything with its number is the same file system, whoever sees it where.
 */
function createLasting(
  first: readonly MountedFiles[],
  ownMounts: OwnMounts,
): () => ReadonlySet<string> {
  const lines = new Set(first.map(({ line }) => line));
  const toLasting = (): ReadonlySet<string> =>
    new Set([...mounts.values()].filter(({ line }) => lines.has(line)).map(toKey));
  let mounts = ownMounts.atFirst;
  let lasting = toLasting();
  return () => {
    const now = ownMounts.now();
    if (now !== mounts) {
      mounts = now;
      lasting = toLasting();
    }
    return lasting;
  };
}

function findMount(pid: number, mount: string): MountedFiles | undefined {
  return readMounts(`/proc/${pid}`).find((one) => one.mount === mount);
}

function toKey({ device, type }: MountedFiles): string {
  return `${device} ${type}`;
}

/** Asked each time: the container may be another one by now, with the numbers of this one. */
function isRootOfContainer(mounted: MountedFiles, pid: number): boolean {
  const first = findFirst(pid);
  if (first === undefined || !hasGuardsUsers(first)) return false;
  const root = findRootOf(first);
  return root !== undefined && toKey(root) === toKey(mounted);
}

/**
 * Whether it is in the guard's user namespace. In one of its own anybody may mount an overlay on files that he serves, and
 * have it as root.
 */
function hasGuardsUsers(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/user`) === readlinkSync("/proc/self/ns/user");
  } catch {
    return false;
  }
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
  return mount === undefined ? undefined : findMount(pid, mount);
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
