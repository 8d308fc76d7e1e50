/** Which process holds a socket: /proc/net names sockets by inode, /proc/PID/fd says who has which. */
import { readDirectoryStart, readLink } from "./proc-file.ts";
import type { DirectoryStart } from "./proc-file.ts";

export interface OwnerSearch {
  readonly root: string;
  /** In the order of preference; of several holders the first is the owner. */
  readonly pids: readonly number[];
  readonly inodes: ReadonlySet<number>;
  /** A process can open a million descriptors to be slow to look through. */
  readonly maxDescriptorsPerProcess: number;
}

export interface SocketOwners {
  readonly owners: ReadonlyMap<number, number>;
  /** Processes whose descriptors we may not see. */
  readonly unreadable: number;
  /** Processes with more descriptors than the bound, of which the rest was not looked at. */
  readonly cut: number;
}

/** The one that has ended, and one that has not: threads share one table of descriptors. */
const MAX_THREADS = 2;

const SOCKET_LINK = /^socket:\[(\d{1,15})\]$/;

/** Stops as soon as every inode has an owner. */
export function findSocketOwners(search: OwnerSearch): SocketOwners {
  const owners = new Map<number, number>();
  let unreadable = 0;
  let cut = 0;
  for (const pid of search.pids) {
    if (owners.size === search.inodes.size) break;
    const { directory, descriptors } = readDescriptors(pid, search);
    if (descriptors.status === "unreadable") unreadable += 1;
    if (descriptors.status !== "read") continue;
    if (descriptors.isCut) cut += 1;
    for (const name of descriptors.names) {
      const inode = readSocketInode(`${directory}/${name}`);
      if (inode === undefined || !search.inodes.has(inode) || owners.has(inode)) continue;
      owners.set(inode, pid);
    }
  }
  return { owners, unreadable, cut };
}

interface Descriptors {
  readonly directory: string;
  readonly descriptors: DirectoryStart;
}

/** A process whose first thread has ended shows its descriptors under its other threads alone. */
function readDescriptors(
  pid: number,
  { root, maxDescriptorsPerProcess }: OwnerSearch,
): Descriptors {
  const read = (directory: string): Descriptors => ({
    directory,
    descriptors: readDirectoryStart(directory, maxDescriptorsPerProcess),
  });
  const own = read(`${root}/${pid}/fd`);
  if (!isEmpty(own)) return own;
  const threads = readDirectoryStart(`${root}/${pid}/task`, MAX_THREADS);
  const names = threads.status === "read" ? threads.names : [];
  const others = names.map((thread) => read(`${root}/${pid}/task/${thread}/fd`));
  return others.find((other) => !isEmpty(other)) ?? own;
}

function isEmpty({ descriptors }: Descriptors): boolean {
  return descriptors.status === "read" && descriptors.names.length === 0;
}

function readSocketInode(path: string): number | undefined {
  const link = readLink(path);
  const inode = link.status === "read" ? SOCKET_LINK.exec(link.target)?.[1] : undefined;
  return inode === undefined ? undefined : Number(inode);
}
