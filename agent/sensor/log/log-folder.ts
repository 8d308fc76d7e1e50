/** Follows the files of one directory, or one of them. The directory may be a job's own: nothing in it is taken at its word. */
import { closeSync, type FSWatcher, fstatSync, type Stats, watch } from "node:fs";

import { toErrorCode } from "../../errors.ts";
import { createFollowedFile, type FollowedFile } from "./followed-file.ts";
import { type HeldDirectory, holdDirectory } from "./held-directory.ts";
import type { JobFolders } from "./job-folders.ts";
import type { LogBounds } from "./log-bounds.ts";
import type { LogSource } from "./log-source.ts";
import type { LogText } from "./log-text.ts";
import type { Losses } from "./losses.ts";
import { openLogFile } from "./open-log-file.ts";

export interface LogFolderOptions {
  /** Canonical. */
  readonly path: string;
  /** This one alone; undefined: all. */
  readonly only: string | undefined;
  readonly openText: (name: string) => LogText;
  readonly losses: Losses;
  readonly buffer: Buffer;
  readonly bounds: LogBounds;
  /** A name has come or gone: a look would be worth while. */
  readonly onStir: () => void;
  readonly folders: JobFolders;
}

type Entry = { readonly file: FollowedFile } | { readonly refused: string };

/** So that one that grows fast does not keep the others waiting. */
const MAX_BYTES_OF_ONE = 1024 * 1024;

export function createLogFolder(options: LogFolderOptions): LogSource {
  const { path, only, losses, bounds } = options;
  let entries = new Map<string, Entry>();
  /** By device and inode: a file that is renamed is no other. */
  const files = new Map<string, FollowedFile>();
  /** At most `maxOpenFiles`, those that are leaving among them. */
  const open = new Set<FollowedFile>();
  const leaving = new Set<FollowedFile>();
  let directory: HeldDirectory | undefined;
  let watcher: FSWatcher | undefined;
  let problem: string | undefined;
  /** Bytes that may be read in this turn. */
  let room = 0;

  const close = (file: FollowedFile): void => {
    open.delete(file);
    leaving.delete(file);
    file.close();
  };
  /** What has no name any more can still be read to its end by its descriptor. */
  const sortOut = (): void => {
    const named = new Set([...entries.values()].map((entry) => "file" in entry && entry.file));
    for (const [inode, file] of files) {
      if (named.has(file)) leaving.delete(file);
      else if (file.isOpen) leaving.add(file);
      else files.delete(inode);
    }
  };
  /** False where all that are open have something to read. */
  const makeRoom = (): boolean => {
    if (open.size < bounds.maxOpenFiles) return true;
    const idle = [...open].filter(({ isCaughtUp }) => isCaughtUp);
    const oldest = idle.toSorted((a, b) => a.grewAtMs - b.grewAtMs)[0];
    if (oldest) close(oldest);
    else losses.noteTooMany();
    return oldest !== undefined;
  };
  /** True: something was read. */
  const readFrom = (file: FollowedFile): boolean => {
    try {
      const bytes = file.read(Math.min(MAX_BYTES_OF_ONE, room));
      room -= bytes;
      return bytes > 0;
    } catch (error) {
      if (toErrorCode(error) === "") throw error;
      losses.add("failed");
      close(file);
      return false;
    }
  };
  /** Read at once: it may make room for another. */
  const begin = (file: FollowedFile): void => {
    open.add(file);
    readFrom(file);
  };
  const addFile = (name: string, place: number): void => {
    if (!makeRoom()) return;
    const opened = openLogFile(place);
    if (opened.status === "refused") {
      losses.refuse(name, opened.reason);
      entries.set(name, { refused: toState(fstatSync(place)) });
      return;
    }
    const text = options.openText(name);
    const file = createFollowedFile(opened, { ...options, ...bounds, text });
    files.set(toInode(opened.stats), file);
    entries.set(name, { file });
    begin(file);
  };
  const lookAt = (name: string, place: number): void => {
    const stats = fstatSync(place);
    const entry = entries.get(name);
    if (entry && "refused" in entry && entry.refused === toState(stats)) return;
    const file = files.get(toInode(stats));
    if (file?.isSameAs(stats) !== true) {
      entries.delete(name);
      return addFile(name, place);
    }
    entries.set(name, { file });
    if (file.isOpen || !file.hasChanged(stats) || !makeRoom()) return;
    const opened = openLogFile(place);
    if (opened.status !== "opened") return;
    file.reopen(opened.descriptor);
    begin(file);
  };
  const lookFor = (name: string, held: HeldDirectory): void => {
    const place = held.openEntry(name);
    if (place === undefined) return;
    try {
      lookAt(name, place);
    } finally {
      closeSync(place);
    }
  };

  const leave = (): void => {
    watcher?.close();
    directory?.[Symbol.dispose]();
    directory = undefined;
    entries = new Map();
    sortOut();
  };
  const enter = (): HeldDirectory | undefined => {
    if (directory?.isInPlace() === true) return directory;
    leave();
    const held = holdDirectory(options.folders, path);
    if ("unavailable" in held) {
      problem = held.unavailable;
      return undefined;
    }
    watcher = watchIfPossible(`${held.path}/.`, options.onStir);
    directory = held;
    return held;
  };
  const lookAround = (held: HeldDirectory): void => {
    const { names, isAll } =
      only === undefined ? held.names(bounds.maxFiles) : { names: [only], isAll: true };
    if (!isAll) losses.noteTooMany();
    const present = new Set(names);
    for (const name of entries.keys()) {
      if (!present.has(name)) entries.delete(name);
    }
    for (const name of names) {
      if (room > 0) lookFor(name, held);
    }
    sortOut();
    const isMissing = only !== undefined && !entries.has(only);
    problem = isMissing ? `${path}/${only} does not exist yet` : undefined;
  };

  const readOpen = (): void => {
    const turned: FollowedFile[] = [];
    for (const file of open) {
      if (room <= 0) break;
      // Whoever was read is the last in the next turn.
      if (readFrom(file) && open.delete(file)) turned.push(file);
    }
    for (const file of turned) open.add(file);
    for (const file of leaving) {
      if (file.isCaughtUp && performance.now() - file.grewAtMs >= bounds.lingerMs) close(file);
    }
  };

  return {
    take(maxBytes) {
      room = maxBytes;
      readOpen();
      try {
        const held = enter();
        if (held !== undefined) lookAround(held);
      } catch (error) {
        const code = toErrorCode(error);
        if (code === "") throw error;
        problem = `${path} cannot be read (${code})`;
      }
      return maxBytes - room;
    },
    isThere: true,
    get problem() {
      return problem;
    },
    unreadBytes: () => [...open].reduce((sum, file) => sum + file.unreadBytes(), 0),
    end() {
      for (const file of open) close(file);
      leave();
    },
  };
}

function toInode({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

/** Another one after any change that could make it readable. */
function toState(stats: Stats): string {
  return `${toInode(stats)}:${stats.ctimeMs}`;
}

/** It only makes the next look come sooner, so one that cannot be had is no loss. */
function watchIfPossible(path: string, onStir: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(path, { persistent: false }, (event) => {
      // A name came or went. That files grow is seen at the next look anyhow.
      if (event === "rename") onStir();
    });
    return watcher.on("error", () => watcher.close());
  } catch {
    return undefined;
  }
}
