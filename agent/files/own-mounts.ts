import { openSync } from "node:fs";

import type { Libc } from "./libc.ts";
import { type MountedFiles, readMounts } from "./mount-table.ts";

/** What this process sees mounted, by the mount's number. */
export interface OwnMounts {
  readonly atFirst: Mounts;
  /** The same map for as long as nothing has changed. */
  now(): Mounts;
}

type Mounts = ReadonlyMap<string, MountedFiles>;

/** Keeps a descriptor for as long as the process lives: the kernel says by it whether the table has changed. */
export function createOwnMounts(getLibc: () => Libc): OwnMounts {
  const descriptor = openSync("/proc/self/mountinfo", "r");
  const atFirst = read();
  let mounts = atFirst;
  return {
    atFirst,
    now() {
      if (getLibc().hasChanged(descriptor)) mounts = read();
      return mounts;
    },
  };
}

function read(): Mounts {
  return new Map(readMounts("/proc/self").map((mounted) => [mounted.mount, mounted]));
}
