/** The command `verify`: also while a collector is at work on the data. */
import { CollectorError, DamagedRow, RequestProblem } from "../errors.ts";
import { readKeys } from "../identity/key-file.ts";
import { isSignedRemoval } from "../ingest/removal-signature.ts";
import { deriveRunKey, type MasterKeys } from "../ingest/upload-key.ts";
import { type ChainKeys, type ChainVerdict, verifyChain } from "../ingest/verify-chain.ts";
import { openForReading } from "../storage/sqlite/open-database.ts";
import { createReader } from "../storage/sqlite/reader.ts";
import type { StoredRun } from "../stores/event-store.ts";
import { assertDataDirectory } from "./assert-data-directory.ts";

/** Throws `data-directory`, and `usage` where there is no such run. */
export function verifyRun(dataDir: string, runId: string): ChainVerdict {
  assertDataDirectory(dataDir);
  const masterKeys = readKeys(dataDir);
  try {
    return verifyStored(dataDir, runId, masterKeys);
  } catch (error) {
    if (error instanceof DamagedRow) {
      const fault = `its row is no run: ${error.message}`;
      return { batches: 0, events: 0, fault, openState: undefined, removedEvents: 0 };
    }
    const reason = findStoreFault(error);
    if (reason === undefined) throw error;
    throw new CollectorError(
      "data-directory",
      `${dataDir}: what is stored there cannot be read: ${reason}`,
      { cause: error },
    );
  }
}

function verifyStored(dataDir: string, runId: string, masterKeys: MasterKeys): ChainVerdict {
  using database = openForReading(dataDir);
  const reader = createReader(database);
  // One state of the data, whatever comes meanwhile.
  database.exec("BEGIN");
  const run = reader.findRunOfAny(runId);
  if (run === undefined)
    throw new CollectorError(
      "usage",
      `${runId}: there is no such run; its name here is \`id\` of GET /v1/runs, or \`collector.runId\` of the guard's report`,
    );
  const batches = reader.listBatches(runId, { afterSeq: 0, kind: null });
  return verifyChain(run, toChainKeys(masterKeys, run), batches);
}

function toChainKeys(masterKeys: MasterKeys, run: StoredRun): ChainKeys {
  const uploadKey = deriveRunKey(masterKeys, run);
  const masterKey = masterKeys[run.keyGeneration - 1] ?? uploadKey;
  return { uploadKey, isSigned: (removal) => isSignedRemoval(masterKey, run.id, removal) };
}

/** Undefined: it is no fault of what is stored. */
function findStoreFault(error: unknown): string | undefined {
  if (error instanceof RequestProblem) return findStoreFault(error.cause);
  const isSqlite = error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR";
  return isSqlite ? error.message : undefined;
}
