/** A file that is looked at and changed without its path being followed again: whoever may rename cannot lead it elsewhere. */
import { chmodSync, closeSync, constants, fstatSync, openSync, type Stats } from "node:fs";

/** include/uapi/asm-generic/fcntl.h; Node has no name for it. Opens sockets too, and reads nothing. */
const O_PATH = 0o10000000;
const PERMISSIONS = 0o7777;

export interface PinnedFile extends Disposable {
  readonly stats: Stats;
  /** Returns whether the file has this mode now, set-user-ID and all. Throws what chmod(2) does. */
  setMode(mode: number): boolean;
}

/** Undefined: it is not there, or a link. */
export function pinFile(path: string): PinnedFile | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, O_PATH | constants.O_NOFOLLOW);
  } catch {
    return undefined;
  }
  const stats = fstatSync(descriptor);
  if (stats.isSymbolicLink()) {
    closeSync(descriptor);
    return undefined;
  }
  return {
    stats,
    setMode(mode) {
      chmodSync(`/proc/self/fd/${descriptor}`, mode);
      return toPermissions(fstatSync(descriptor)) === mode;
    },
    [Symbol.dispose]: () => closeSync(descriptor),
  };
}

export function toPermissions({ mode }: Pick<Stats, "mode">): number {
  return mode & PERMISSIONS;
}
