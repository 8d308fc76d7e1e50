/**
 * A directory that is held by a descriptor, so that nobody can put another one in its place unseen. What is in it is opened by
 * way of the descriptor: a symbolic link above it leads nowhere then.
 */
import { closeSync, constants, fstatSync, opendirSync, openSync, readlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { toErrorCode } from "../../errors.ts";
import {
  describeUnopened,
  type JobFolder,
  type JobFolders,
  openByPath,
  toOtherRoot,
} from "./job-folders.ts";

export interface HeldDirectory extends Disposable {
  readonly path: string;
  /** The place of what lies in it under a name, a link as it is. To be closed. */
  openEntry(name: string): number | undefined;
  /** At most so many. */
  names(max: number): { readonly names: string[]; readonly isAll: boolean };
  /** False when its path leads somewhere else by now, or nowhere. */
  isInPlace(): boolean;
}

export type HeldDirectoryResult = HeldDirectory | { readonly unavailable: string };

const { O_RDONLY, O_DIRECTORY, O_NONBLOCK } = constants;
const FLAGS = O_RDONLY | O_DIRECTORY | O_NONBLOCK;

/** Without symbolic links, for as much of it as exists; to be asked before a job can make any. */
export function toCanonicalPath(folders: JobFolders, path: string): string {
  const absolute = resolve(path);
  // What is within another root cannot be resolved from this one.
  if (toOtherRoot(absolute) !== undefined) return absolute;
  using place = openByPath(folders, absolute);
  if (place !== undefined) return toPathOf(place);
  const parent = dirname(absolute);
  return parent === absolute
    ? absolute
    : join(toCanonicalPath(folders, parent), absolute.slice(parent.length));
}

/** `path` as `toCanonicalPath` gives it. */
export function holdDirectory(folders: JobFolders, path: string): HeldDirectoryResult {
  const folder = openByPath(folders, path);
  if (folder === undefined) return { unavailable: `${path} ${describeUnopened(folders, path)}` };
  const refuse = (reason: string): HeldDirectoryResult => {
    folder[Symbol.dispose]();
    return { unavailable: `${path} ${reason}` };
  };
  if (!isLedTo(path, toPathOf(folder))) return refuse("is led elsewhere by a symbolic link");
  let descriptor: number;
  try {
    descriptor = openSync(`/proc/self/fd/${folder.descriptor}`, FLAGS);
  } catch (error) {
    return refuse(toReason(toErrorCode(error)));
  }
  const own = `/proc/self/fd/${descriptor}`;
  const { dev, ino } = fstatSync(descriptor);
  return {
    path: own,
    openEntry: (name) => folder.openEntry(name),
    names: (max) => readNames(own, max),
    isInPlace() {
      using now = openByPath(folders, path);
      if (now === undefined) return false;
      const stats = fstatSync(now.descriptor);
      return stats.dev === dev && stats.ino === ino;
    },
    [Symbol.dispose]() {
      closeSync(descriptor);
      folder[Symbol.dispose]();
    },
  };
}

function toPathOf({ descriptor }: JobFolder): string {
  return readlinkSync(`/proc/self/fd/${descriptor}`);
}

/** What is within another root has that before it, unless it is that of a whole mount namespace. */
function isLedTo(path: string, place: string): boolean {
  const other = toOtherRoot(path);
  return other === undefined ? place === path : place.endsWith(other.within);
}

function toReason(code: string): string {
  if (code === "ENOTDIR") return "is no directory";
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
