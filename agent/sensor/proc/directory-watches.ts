/** Tells when something changes under a protected path. It cannot tell who did it, and sees no more than the kernel's queue holds. */
import { lstatSync, opendirSync, watch } from "node:fs";
import type { Dirent, FSWatcher } from "node:fs";
import { basename, dirname, join } from "node:path";

import type { FileOperation } from "../../../protocol/index.ts";

export interface DirectoryWatches extends Disposable {
  /** Directories that should be watched and are not, for want of room or right. */
  unwatched(): number;
}

interface DirectoryWatchesOptions {
  /** Absolute paths of files or directories, whether they exist yet or not. */
  readonly paths: readonly string[];
  readonly maxDirectories: number;
  readonly onChange: (path: string, operation: FileOperation) => void;
}

/** Far more than a directory of hooks or workflows holds; bounds what one hostile directory can make us read. */
const MAX_ENTRIES = 4_096;

/**
 * A directory is watched with all below it, up to the bound; for what does not exist yet, the nearest directory above it.
 * A watched directory that moves because one above it was moved takes its watch along, and its old place is not seen.
 */
export function createDirectoryWatches(options: DirectoryWatchesOptions): DirectoryWatches {
  const { paths, maxDirectories, onChange } = options;
  const watchers = new Map<string, FSWatcher>();
  const missed = new Set<string>();
  let missedBeyondCount = 0;

  for (const path of paths) cover(path, ignore);

  return {
    unwatched: () => missed.size + missedBeyondCount,
    [Symbol.dispose]() {
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };

  function cover(path: string, onEntry: (path: string) => void): void {
    if (!isDirectory(path)) {
      const above = nearestDirectory(path);
      if (above !== undefined) watchDirectory(above);
      return;
    }
    const pending = [path];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (!watchDirectory(next)) return;
      for (const entry of entriesOf(next)) {
        const inside = join(next, entry.name);
        onEntry(inside);
        if (entry.isDirectory()) pending.push(inside);
      }
    }
  }

  /** False when there is no room for more. */
  function watchDirectory(path: string): boolean {
    if (watchers.has(path)) return true;
    if (watchers.size >= maxDirectories) {
      miss(path);
      return false;
    }
    try {
      const watcher = watch(path, { persistent: false });
      watcher.on("change", (event, name) => changed(path, event, String(name)));
      watcher.on("error", () => forget(path));
      watchers.set(path, watcher);
    } catch {
      miss(path);
    }
    return true;
  }

  function miss(path: string): void {
    if (missed.size < maxDirectories) missed.add(path);
    else missedBeyondCount += 1;
  }

  function forget(path: string): void {
    for (const [watched, watcher] of watchers) {
      if (watched !== path && !isBelow(path)(watched)) continue;
      watcher.close();
      watchers.delete(watched);
    }
  }

  function changed(directory: string, event: string, name: string): void {
    const path = toChangedPath(directory, name);
    const isProtected = paths.some((entry) => path === entry || isBelow(entry)(path));
    if (isProtected) onChange(path, toOperation(path, event));
    if (event !== "rename") return;
    // A watch stays with the directory it was put on, also when that was moved away and another has taken its place.
    if (watchers.has(path)) forget(path);
    const affected = isProtected ? [path] : paths.filter(isBelow(path));
    // What a new directory holds by the time it is watched was created with it.
    for (const entry of affected) cover(entry, (inside) => onChange(inside, "create"));
  }
}

/** News of the watched directory itself comes under its own name, as if something of that name were in it. */
function toChangedPath(directory: string, name: string): string {
  const path = join(directory, name);
  return name === basename(directory) && !exists(path) ? directory : path;
}

/** `rename` is what Node reports when a name appears or goes. */
function toOperation(path: string, event: string): FileOperation {
  if (event !== "rename") return "write";
  return exists(path) ? "create" : "delete";
}

function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

function isDirectory(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return false;
  }
}

function entriesOf(path: string): readonly Dirent[] {
  const entries: Dirent[] = [];
  try {
    using directory = opendirSync(path);
    for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
      if (entries.push(entry) === MAX_ENTRIES) break;
    }
  } catch {
    // It has gone again, or is not ours to read: then there is nothing to reach.
  }
  return entries;
}

function isBelow(directory: string): (path: string) => boolean {
  return (path) => path.startsWith(`${directory}/`);
}

function ignore(): void {}

function nearestDirectory(path: string): string | undefined {
  for (let above = dirname(path); ; above = dirname(above)) {
    if (isDirectory(above)) return above;
    if (above === dirname(above)) return undefined;
  }
}
