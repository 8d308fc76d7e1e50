/** The files that this run made or changed, and who did. */
import type { FileOperation } from "../../../protocol/index.ts";
import type { FileObservation, Microseconds } from "../../observation.ts";
import type { Actor } from "./actor.ts";

export interface WrittenFile {
  readonly path: string;
  /** Who wrote to it first, and last: one that a downloader made and a shell changed has both. */
  readonly firstWriter: Actor;
  readonly lastWriter: Actor;
  readonly firstWrittenAt: Microseconds;
  readonly lastWrittenAt: Microseconds;
  /** Whether the run made it: it was not there before. */
  readonly isNew: boolean;
  /** Whether some permission to execute was given to it by a chmod. */
  readonly madeExecutable: boolean;
  /** What was renamed or linked to it. */
  readonly origin: WrittenFile | undefined;
}

export interface WrittenFiles {
  note(seen: FileObservation, actor: Actor): void;
  find(path: string): WrittenFile | undefined;
  readonly size: number;
}

export interface WrittenFilesOptions {
  /** Some 300 bytes each and the path; the one that was written longest ago goes first. */
  readonly maxFiles: number;
}

const EXECUTABLE_BITS = 0o111;
/** Renames of renames: `a.part` → `a` → `b`. */
const MAX_ORIGINS = 8;

export function createWrittenFiles({ maxFiles }: WrittenFilesOptions): WrittenFiles {
  const files = new Map<string, WrittenFile>();
  const put = (file: WrittenFile): void => {
    files.delete(file.path);
    if (files.size >= maxFiles) {
      const oldest = files.keys().next();
      if (!oldest.done) files.delete(oldest.value);
    }
    files.set(file.path, file);
  };
  return {
    get size() {
      return files.size;
    },
    find: (path) => files.get(path),
    note(seen, actor) {
      const { path, operation, originalPath } = seen;
      if (operation === "delete") {
        files.delete(path);
        return;
      }
      const former = files.get(path);
      if (operation === "rename" && originalPath !== undefined) {
        const origin = files.get(originalPath);
        files.delete(originalPath);
        put({
          ...toFile(seen, actor, undefined),
          isNew: former?.isNew ?? true,
          origin: cut(origin),
        });
        return;
      }
      // Another name of a file is one by its origin.
      const origin = originalPath === undefined ? former?.origin : files.get(originalPath);
      put({ ...toFile(seen, actor, former), origin: cut(origin) });
    },
  };
}

function toFile(seen: FileObservation, actor: Actor, former: WrittenFile | undefined): WrittenFile {
  const { path, operation, at, mode = 0 } = seen;
  const isChmod = operation === "chmod";
  return {
    path,
    firstWriter: former?.firstWriter ?? actor,
    lastWriter: isChmod ? (former?.lastWriter ?? actor) : actor,
    firstWrittenAt: former?.firstWrittenAt ?? at,
    lastWrittenAt: isChmod ? (former?.lastWrittenAt ?? at) : at,
    isNew: former?.isNew ?? isMaking(operation),
    madeExecutable:
      (former?.madeExecutable ?? false) || (isChmod && (mode & EXECUTABLE_BITS) !== 0),
    origin: former?.origin,
  };
}

function isMaking(operation: FileOperation): boolean {
  return operation === "create" || operation === "rename";
}

function cut(origin: WrittenFile | undefined): WrittenFile | undefined {
  let at = origin;
  for (let step = 0; at !== undefined && step < MAX_ORIGINS; step += 1) at = at.origin;
  return at === undefined || origin === undefined ? origin : { ...origin, origin: undefined };
}
