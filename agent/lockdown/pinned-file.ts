/** A file that is looked at and changed without its path being followed again: whoever may rename cannot lead it elsewhere. */
import { chmodSync, closeSync, fstatSync, readlinkSync, type Stats } from "node:fs";

const PERMISSIONS = 0o7777;

export interface PinnedFile extends Disposable {
  readonly stats: Stats;
  /** Where it lies, without links. */
  readonly path: string;
  /** Returns whether the file has this mode now, set-user-ID and all. Throws what chmod(2) does. */
  setMode(mode: number): boolean;
}

/** `descriptor`: of a place, which is closed with it; undefined where there is none. */
export function pinFile(descriptor: number | undefined): PinnedFile | undefined {
  if (descriptor === undefined) return undefined;
  const link = `/proc/self/fd/${descriptor}`;
  return {
    stats: fstatSync(descriptor),
    get path() {
      return readlinkSync(link);
    },
    setMode(mode) {
      chmodSync(link, mode);
      return toPermissions(fstatSync(descriptor)) === mode;
    },
    [Symbol.dispose]: () => closeSync(descriptor),
  };
}

export function toPermissions({ mode }: Pick<Stats, "mode">): number {
  return mode & PERMISSIONS;
}
