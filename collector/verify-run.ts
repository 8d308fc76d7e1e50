/** The command `verify`: also while a collector is at work on the data. */
import { CollectorError } from "./errors.ts";
import { readKey } from "./identity/key-file.ts";
import { deriveUploadKey } from "./ingest/upload-key.ts";
import { type ChainVerdict, verifyChain } from "./ingest/verify-chain.ts";
import { openForReading } from "./storage/sqlite/open-database.ts";
import { createReader } from "./storage/sqlite/reader.ts";

/** Throws `data-directory`, and `usage` where there is no such run. */
export function verifyRun(dataDir: string, runId: string): ChainVerdict {
  const masterKey = readKey(dataDir);
  using database = openForReading(dataDir);
  const reader = createReader(database);
  // One state of the data, whatever comes meanwhile.
  database.exec("BEGIN");
  const run = reader.findRunOfAny(runId);
  if (run === undefined) throw new CollectorError("usage", `${runId}: there is no such run`);
  const batches = reader.listBatches(runId, { afterSeq: 0, kind: null });
  return verifyChain(run, deriveUploadKey(masterKey, runId), batches);
}
