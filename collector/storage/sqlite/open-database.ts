/** The one place that knows node:sqlite's way of opening. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { CollectorError } from "../../errors.ts";
import { MIGRATIONS } from "./migrations.ts";

const FILE = "events.db";
/** A reader that sees a checkpoint at work waits for it. */
const BUSY_MS = 5_000;

/** For writing; there is one. Brings the schema to where this version has it. Throws `newer-schema`. */
export function openForWriting(directory: string): DatabaseSync {
  const database = new DatabaseSync(join(directory, FILE), { timeout: BUSY_MS });
  // Before there is any table: what retention frees can be given back to the disk.
  if (readSchemaVersion(database) === 0) database.exec("PRAGMA auto_vacuum = INCREMENTAL");
  // What was acknowledged is on disk: in WAL mode a commit is synced only with FULL.
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
  migrate(database);
  return database;
}

export function hasDatabase(directory: string): boolean {
  return existsSync(join(directory, FILE));
}

/** Bytes of a log that nobody brought into the database: whoever had it open was killed. Who only reads leaves an empty one. */
export function findLeftLog(directory: string): number {
  return statSync(join(directory, `${FILE}-wal`), { throwIfNoEntry: false })?.size ?? 0;
}

/** As it is at this moment, into a directory that has none. */
export function copyDatabase(directory: string, target: string): void {
  using database = openForReading(directory);
  database.prepare("VACUUM INTO ?").run(join(target, FILE));
}

export function openForReading(directory: string): DatabaseSync {
  return new DatabaseSync(join(directory, FILE), { readOnly: true, timeout: BUSY_MS });
}

/**
 * For a row of a command's, also beside a running collector, which waits for that as this waits for it. Nothing is migrated. Undefined where
 * no collector has made its tables yet. Throws `newer-schema`.
 */
export function openBeside(directory: string): DatabaseSync | undefined {
  if (!hasDatabase(directory)) return undefined;
  using stack = new DisposableStack();
  const database = stack.use(new DatabaseSync(join(directory, FILE), { timeout: BUSY_MS }));
  if (readKnownVersion(database) === 0) return undefined;
  database.exec("PRAGMA synchronous = FULL");
  stack.move();
  return database;
}

/** All that is new at once: who looks meanwhile sees no half of it. */
function migrate(database: DatabaseSync): void {
  const steps = MIGRATIONS.slice(readKnownVersion(database));
  if (steps.length === 0) return;
  database.exec(
    `BEGIN IMMEDIATE; ${steps.join(";")}; PRAGMA user_version = ${MIGRATIONS.length}; COMMIT`,
  );
}

/** Throws `newer-schema`. */
function readKnownVersion(database: DatabaseSync): number {
  const version = readSchemaVersion(database);
  if (version <= MIGRATIONS.length) return version;
  throw new CollectorError(
    "newer-schema",
    `the data is of a newer collector (schema ${version}, this one knows ${MIGRATIONS.length}): start that one, or give this one another --data-dir`,
  );
}

function readSchemaVersion(database: DatabaseSync): number {
  const row = database.prepare("PRAGMA user_version").get();
  return Number(row?.["user_version"] ?? 0);
}
