import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { CollectorError } from "../../errors.ts";

const FILE = "lock.db";
/** SQLITE_BUSY (https://www.sqlite.org/rescode.html). */
const BUSY = 5;

/**
 * Until it is disposed of no second process gets the directory: SQLite's own lock, which the kernel releases when its holder dies. Throws
 * `data-directory`.
 */
export function lockDirectory(directory: string): Disposable {
  const database = openLock(directory);
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    throw isBusy(error)
      ? new CollectorError(
          "data-directory",
          `${directory}: another collector keeps its data there, or a command is at work on it: stop that first; a second collector takes a directory of its own (--data-dir)`,
          { cause: error },
        )
      : toUnusable(directory, error);
  }
  return { [Symbol.dispose]: () => database.close() };
}

function openLock(directory: string): DatabaseSync {
  try {
    // A database that cannot be written to can be opened nevertheless.
    accessSync(directory, constants.W_OK);
    return new DatabaseSync(join(directory, FILE), { timeout: 0 });
  } catch (error) {
    throw toUnusable(directory, error);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === BUSY;
}

function toUnusable(directory: string, error: unknown): CollectorError {
  const why = error instanceof Error ? error.message : String(error);
  return new CollectorError(
    "data-directory",
    `${directory}: cannot be written to: ${why}; the collector needs a directory of its own that it may write to`,
    { cause: error },
  );
}
