/**
 * Opens files of the job's without ever waiting for the job. A file system may be served by a program of the job's (FUSE, or a network file system of
 * its own), and whoever so much as looks up a name there waits for its answer, which may never come, and cannot be ended meanwhile. So a path is walked by
 * its parts, and nothing is asked of a file system before it is known.
 */
import { closeSync, constants, fstatSync, openSync, readlinkSync } from "node:fs";
import { posix } from "node:path";

import { createKnownFileSystems, type KnownFileSystems, O_PATH } from "./known-file-systems.ts";
import { hasMountBelow } from "./mount-table.ts";

export interface LocalFiles {
  /** A regular file as the process sees it, through its own root; the last part of the path is not followed. To be closed. */
  readonly open: (pid: number, path: string) => number | undefined;
  /**
   * Whatever the path leads to, links followed, as a place alone (O_PATH of open(2)): what it is can be asked, and it can be opened by
   * /proc/self/fd. To be closed.
   */
  readonly openPlace: (pid: number, path: string) => number | undefined;
  /** The same for a directory, in which more can be opened than one. */
  readonly openFolder: (pid: number, path: string) => LocalFolder | undefined;
  /** What the process executes, whatever lies at its path by now. */
  readonly openImage: (pid: number) => number | undefined;
  /** The regular file that it has as standard input, also one without a name. */
  readonly openInput: (pid: number) => number | undefined;
}

export interface LocalFolder extends Disposable {
  readonly descriptor: number;
  /** Nothing is mounted below it: whatever lies in it may be asked for by its name. */
  readonly isWhole: boolean;
  /** What lies in it under a name, a link as it is, as a place alone. To be closed. */
  openEntry(name: string): number | undefined;
}

/** In tables of mounts spaces and the like are written as numbers. */
const PLAIN_PATH = /^[\w/.+-]+$/;
const MAX_LINKS = 16;
const MAX_PARTS = 256;
const PLACE = O_PATH | constants.O_NOFOLLOW;
const READ = constants.O_RDONLY | constants.O_NONBLOCK;

export function createLocalFiles(): LocalFiles {
  const known = createKnownFileSystems();
  return {
    open(pid, path) {
      const place = find({ pid, known }, toParts(path), "keep-last-link");
      return place && read(place);
    },
    openPlace: (pid, path) => find({ pid, known }, toParts(path), "follow")?.descriptor,
    openFolder(pid, path) {
      const folder = find({ pid, known }, toParts(path), "follow");
      return folder && toFolder({ pid, known }, folder);
    },
    openImage: (pid) => openLink({ pid, known }, "exe"),
    openInput: (pid) => openLink({ pid, known }, "fd/0"),
  };
}

function toFolder(view: View, folder: Place): LocalFolder {
  const { descriptor, mount } = folder;
  return {
    descriptor,
    get isWhole() {
      const path = readlinkSync(`/proc/self/fd/${descriptor}`);
      return PLAIN_PATH.test(path) && !hasMountBelow(path);
    },
    openEntry: (name) =>
      enter(view, [`/proc/self/fd/${descriptor}/${name}`, PLACE], mount)?.descriptor,
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

interface View {
  readonly pid: number;
  readonly known: KnownFileSystems;
}

type Links = "follow" | "keep-last-link";

function find(view: View, parts: readonly string[], links: Links): Place | undefined {
  let ahead = parts;
  for (let count = 0; count <= MAX_LINKS && ahead.length <= MAX_PARTS; count += 1) {
    const walked = walk(view, ahead, links);
    if ("place" in walked) return walked.place;
    ahead = walked.ahead;
  }
  return undefined;
}

type Walked = { readonly place: Place | undefined } | { readonly ahead: readonly string[] };

/** Where the path leads; or how it goes on, where a link leads elsewhere. */
function walk(view: View, parts: readonly string[], links: Links): Walked {
  let place = enter(view, [`/proc/${view.pid}/root`, O_PATH]);
  for (const [index, part] of parts.entries()) {
    if (place === undefined) return { place };
    // Open while the next one is opened: two mounts cannot have the same number by turns.
    using directory = place;
    const path = `/proc/self/fd/${directory.descriptor}/${part}`;
    place = enter(view, [path, PLACE], directory.mount);
    if (place?.kind !== "link") continue;
    using link = place;
    const isFollowed = links === "follow" || index < parts.length - 1;
    // By its own place: at its name the job may have put a file system meanwhile.
    const target = isFollowed ? view.known.readLink(link.descriptor) : undefined;
    if (target === undefined || target === "") return { place: undefined };
    const above = `/${parts.slice(0, index).join("/")}`;
    return { ahead: [...toParts(posix.resolve(above, target)), ...parts.slice(index + 1)] };
  }
  return { place };
}

/** One of the kernel's own links, which leads to what is open. */
function openLink(view: View, name: string): number | undefined {
  const place = enter(view, [`/proc/${view.pid}/${name}`, O_PATH]);
  return place && read(place);
}

interface Place extends Disposable {
  readonly descriptor: number;
  readonly mount: string;
  readonly kind: "file" | "link" | "other";
}

/** Undefined: it is not there, or its file system is not known. */
function enter(
  { pid, known }: View,
  [path, flags]: readonly [string, number],
  knownMount?: string,
): Place | undefined {
  const descriptor = tryOpen(path, flags);
  if (descriptor === undefined) return undefined;
  const mount = known.find(descriptor, pid, knownMount);
  if (mount === undefined) {
    closeSync(descriptor);
    return undefined;
  }
  const stats = fstatSync(descriptor);
  const kind = stats.isFile() ? "file" : stats.isSymbolicLink() ? "link" : "other";
  return { descriptor, mount, kind, [Symbol.dispose]: () => closeSync(descriptor) };
}

function read(place: Place): number | undefined {
  using file = place;
  return file.kind === "file" ? tryOpen(`/proc/self/fd/${file.descriptor}`, READ) : undefined;
}

function toParts(path: string): string[] {
  const parts = posix.resolve("/", path).split("/");
  return parts.filter((part) => part !== "");
}

function tryOpen(path: string, flags: number): number | undefined {
  try {
    return openSync(path, flags);
  } catch {
    return undefined;
  }
}
