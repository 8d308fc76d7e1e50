import { existsSync, readlinkSync } from "node:fs";
import { join } from "node:path";

import type { Places } from "./places.ts";

export interface Namespace {
  /** Null: /proc does not tell. */
  readonly inode: number | null;
  /** Whether it is the one that the machine started with. */
  readonly initial: boolean;
}

export interface Namespaces {
  readonly pid: Namespace;
  readonly user: Namespace;
  readonly network: Namespace;
}

/** Fixed since Linux 3.8: PROC_PID_INIT_INO and PROC_USER_INIT_INO of include/linux/proc_ns.h. */
const INITIAL_PID_INODE = 0xef_ff_ff_fc;
const INITIAL_USER_INODE = 0xef_ff_ff_fd;

export function readNamespaces(places: Places): Namespaces {
  const pid = readInode(places, "pid");
  const user = readInode(places, "user");
  return {
    pid: { inode: pid, initial: pid === INITIAL_PID_INODE },
    user: { inode: user, initial: user === INITIAL_USER_INODE },
    network: { inode: readInode(places, "net"), initial: isInitialNetwork(places) },
  };
}

/**
 * The first network namespace has no fixed inode before Linux 6.18, and that of process 1 may not be ours to read. But
 * only there does the kernel register this setting (net_core_table against netns_core_table, net/core/sysctl_net_core.c).
 */
function isInitialNetwork(places: Places): boolean {
  return existsSync(join(places.proc, "sys/net/core/netdev_max_backlog"));
}

function readInode(places: Places, name: string): number | null {
  try {
    const digits = /\[(\d+)\]$/.exec(readlinkSync(join(places.proc, "self/ns", name)))?.[1];
    return digits === undefined ? null : Number(digits);
  } catch {
    return null;
  }
}
