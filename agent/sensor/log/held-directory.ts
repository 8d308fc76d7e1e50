/**
 * A directory that is held by a descriptor, so that nobody can put another one in its place unseen. What is in it is named by
 * way of the descriptor: a symbolic link above it leads nowhere then.
 */
import {
  closeSync,
  constants,
  fstatSync,
  opendirSync,
  openSync,
  readlinkSync,
  realpathSync,
  statSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";

import { toErrorCode } from "../../errors.ts";

export interface HeldDirectory extends Disposable {
  pathOf(name: string): string;
  /** At most so many. */
  names(max: number): { readonly names: string[]; readonly isAll: boolean };
  /** False when its path leads somewhere else by now, or nowhere. */
  isInPlace(): boolean;
}

export type HeldDirectoryResult = HeldDirectory | { readonly unavailable: string };

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;
const FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK;
/** The files of a container, as they are seen by one of its processes. */
const OTHER_ROOT = /^\/proc\/\d+\/root(?=\/)/;

/** Without symbolic links, for as much of it as exists; to be asked before a job can make any. */
export function toCanonicalPath(path: string): string {
  const absolute = resolve(path);
  // What is within another root cannot be resolved from this one.
  if (OTHER_ROOT.test(absolute)) return absolute;
  try {
    return realpathSync.native(absolute);
  } catch {
    const parent = dirname(absolute);
    return parent === absolute
      ? absolute
      : join(toCanonicalPath(parent), absolute.slice(parent.length));
  }
}

/** `path` as `toCanonicalPath` gives it. */
export function holdDirectory(path: string): HeldDirectoryResult {
  let descriptor: number;
  try {
    descriptor = openSync(path, FLAGS);
  } catch (error) {
    return { unavailable: `${path} ${toReason(toErrorCode(error))}` };
  }
  const own = `/proc/self/fd/${descriptor}`;
  if (!isLedTo(path, readlinkSync(own))) {
    closeSync(descriptor);
    return { unavailable: `${path} is led elsewhere by a symbolic link` };
  }
  const { dev, ino } = fstatSync(descriptor);
  return {
    pathOf: (name) => `${own}/${name}`,
    names: (max) => readNames(own, max),
    isInPlace() {
      const now = statSync(path, { throwIfNoEntry: false });
      return now?.dev === dev && now.ino === ino;
    },
    [Symbol.dispose]: () => closeSync(descriptor),
  };
}

/** What is within another root has that before it, unless it is that of a whole mount namespace. */
function isLedTo(path: string, place: string): boolean {
  const within = path.replace(OTHER_ROOT, "");
  return within === path ? place === path : place.endsWith(within);
}

function toReason(code: string): string {
  if (code === "ENOENT") return "does not exist yet";
  if (code === "ENOTDIR" || code === "ELOOP") return "is no directory";
  return `cannot be read (${code || "for no known reason"})`;
}

function readNames(path: string, max: number): { names: string[]; isAll: boolean } {
  const names: string[] = [];
  using directory = opendirSync(path);
  for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
    if (names.length === max) return { names, isAll: false };
    names.push(entry.name);
  }
  return { names, isAll: true };
}
