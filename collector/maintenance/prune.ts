/** The command `prune`: what is too old is removed, or only counted, which works beside a running collector as well. */
import { setImmediate } from "node:timers/promises";

import { closeToOthers } from "../data-directory.ts";
import { CollectorError } from "../errors.ts";
import { readKeys } from "../identity/key-file.ts";
import type { MasterKeys } from "../ingest/upload-key.ts";
import { type Removed, removeOld, type RemoveOldOptions } from "../retention/remove-old.ts";
import type { RetentionRules } from "../retention/retention-ages.ts";
import { createSignRemoval } from "../sign-removal.ts";
import { lockDirectory } from "../storage/sqlite/lock-directory.ts";
import { openForReading } from "../storage/sqlite/open-database.ts";
import { createRetentionReader } from "../storage/sqlite/retention-reader.ts";
import { openSqliteEventStore } from "../storage/sqlite/sqlite-event-store.ts";
import { assertDataDirectory } from "./assert-data-directory.ts";

export interface PruneOptions {
  readonly dataDir: string;
  readonly rules: RetentionRules;
  /** Nothing is removed. */
  readonly isDry: boolean;
  readonly signal: AbortSignal;
}

/** Throws `data-directory`, also where a collector is at work there and something is to be removed. */
export async function prune(options: PruneOptions): Promise<Removed> {
  const { dataDir, isDry } = options;
  assertDataDirectory(dataDir);
  const work = toWork(options, readKeys(dataDir));
  if (isDry) {
    using database = openForReading(dataDir);
    return await removeOld({ ...work, store: createRetentionReader(database), remover: undefined });
  }
  await using stack = new AsyncDisposableStack();
  closeToOthers(dataDir);
  stack.use(lockDirectory(dataDir));
  const store = stack.use(
    await openSqliteEventStore({ directory: dataDir, onFault() {}, onEnd() {} }),
  );
  try {
    return await removeOld({ ...work, store, remover: store });
  } catch (error) {
    const { message } = findCause(error);
    throw new CollectorError("storage", `${dataDir}: not all could be removed: ${message}`, {
      cause: error,
    });
  }
}

function toWork(
  { rules, signal }: PruneOptions,
  masterKeys: MasterKeys,
): Omit<RemoveOldOptions, "store" | "remover"> {
  return {
    rules,
    signal,
    now: Date.now(),
    uptime: () => performance.now(),
    sign: createSignRemoval(masterKeys),
    // A signal is heard between two pieces.
    pause: () => setImmediate(),
  };
}

function findCause(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  return error.cause === undefined ? error : findCause(error.cause);
}
