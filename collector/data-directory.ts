/** The directory that all is kept in: whoever else could write there could put his own key there, and whoever could read has every event. */
import { chmodSync, lstatSync, mkdirSync, readdirSync, rmdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

import { CollectorError } from "./errors.ts";

const OTHERS_MAY_WRITE = 0o022;
const OTHERS_MAY_ENTER = 0o055;
const OTHERS_MAY_READ_OR_WRITE = 0o066;
const OWNERS_ALONE = 0o600;
const ROOT = 0;

/** Where it is missing, and says whether it was; what it lies in has to be there: a typing error is no reason to make a tree. Throws `data-directory`. */
export function makeDataDirectory(dataDir: string): boolean {
  const isMissing = !isThere(dataDir);
  if (isMissing) make(dataDir);
  return isMissing;
}

/** Whether `makeDataDirectory` could make it, and a collector would work there. Throws `data-directory`. */
export function checkDataDirectory(dataDir: string): void {
  if (isThere(dataDir)) {
    assertNobodyElseWrites(dataDir);
    return;
  }
  make(dataDir);
  rmdirSync(dataDir);
}

/** The names of files there that others could read or write until now. Throws `data-directory` where others can put files there. */
export function closeToOthers(dataDir: string): readonly string[] {
  assertNobodyElseWrites(dataDir);
  return readdirSync(dataDir).filter((name) => {
    const path = join(dataDir, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats?.isFile() !== true || (stats.mode & OTHERS_MAY_READ_OR_WRITE) === 0) return false;
    close(path);
    return true;
  });
}

/** Undefined: its owner alone can enter it. */
export function describeOpenDirectory(dataDir: string): string | undefined {
  const { mode } = statSync(dataDir);
  if ((mode & OTHERS_MAY_ENTER) === 0) return undefined;
  return `${dataDir}: other users can enter it; its files are closed to them, and so should it be: chmod 700 ${dataDir}`;
}

/** Throws where it is something else. */
function isThere(dataDir: string): boolean {
  const stats = stat(dataDir);
  if (stats === undefined || stats.isDirectory()) return stats !== undefined;
  throw new CollectorError(
    "data-directory",
    `${dataDir}: is a file; --data-dir is the directory where everything is kept`,
  );
}

function stat(dataDir: string): ReturnType<typeof statSync> {
  try {
    return statSync(dataDir, { throwIfNoEntry: false });
  } catch (error) {
    throw toUnmakable(dataDir, error);
  }
}

function make(dataDir: string): void {
  try {
    mkdirSync(dataDir, { mode: 0o700 });
  } catch (error) {
    throw toUnmakable(dataDir, error);
  }
}

function toUnmakable(dataDir: string, error: unknown): CollectorError {
  const parent = dirname(dataDir);
  const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
  const message = error instanceof Error ? error.message : String(error);
  const why = isMissing ? `there is no ${parent} to make it in; make that first` : message;
  return new CollectorError("data-directory", `${dataDir}: cannot be made: ${why}`, {
    cause: error,
  });
}

function assertNobodyElseWrites(dataDir: string): void {
  const { mode, uid } = statSync(dataDir);
  const own = process.geteuid?.() ?? uid;
  if (uid !== own && uid !== ROOT) {
    throw new CollectorError(
      "data-directory",
      `${dataDir}: belongs to user ${uid}, and this is user ${own}; start this as that user, or give it a directory of its own (--data-dir)`,
    );
  }
  if ((mode & OTHERS_MAY_WRITE) === 0) return;
  throw new CollectorError(
    "data-directory",
    `${dataDir}: other users can write to it, and could put a key of theirs there; chmod 700 ${dataDir}, or name a directory below it, which is made so (--data-dir ${join(dataDir, "collector")})`,
  );
}

function close(path: string): void {
  try {
    chmodSync(path, OWNERS_ALONE);
  } catch (error) {
    throw new CollectorError(
      "data-directory",
      `${path}: other users can read it, and that cannot be changed; chmod 600 ${path}`,
      { cause: error },
    );
  }
}
