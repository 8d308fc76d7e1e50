/** The command `export`: also while a collector is at work on the data. */
import { closeSync, existsSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Writable } from "node:stream";

import { CollectorError, DamagedRow } from "../errors.ts";
import {
  type Exported,
  type ExportedStore,
  type ExportFormat,
  exportRun,
  UnreadableRun,
} from "../export/write-export.ts";
import { readKeys } from "../identity/key-file.ts";
import { readStored } from "../ingest/read-stored.ts";
import type { MasterKeys } from "../ingest/upload-key.ts";
import { createCommandReader } from "../storage/sqlite/command-reader.ts";
import { openForReading } from "../storage/sqlite/open-database.ts";
import { createReader } from "../storage/sqlite/reader.ts";
import { type ListedRun, prepareRunsSince } from "../storage/sqlite/runs-since.ts";
import { createSaidReader } from "../storage/sqlite/said-reader.ts";
import type { StoredRun } from "../stores/event-store.ts";
import { syncToDisk } from "../sync-to-disk.ts";
import { assertDataDirectory } from "./assert-data-directory.ts";

export interface ExportRunsOptions {
  readonly dataDir: string;
  readonly format: ExportFormat;
  /** These; none: all that started since. */
  readonly runIds: readonly string[];
  /** Milliseconds since 1970. */
  readonly since: number;
  /** A file that is not there yet; undefined: `stream`. */
  readonly output: string | undefined;
  readonly stream: Writable;
}

export interface ExportedRuns extends Exported {
  runs: number;
  /** That could not be read. What was written of one before is followed by nothing that ends it. */
  readonly failed: FailedRuns;
}

interface FailedRuns {
  count: number;
  /** And why; of more than can be told the first ones. */
  readonly first: { readonly id: string; readonly reason: string }[];
}

/** Of one page of the list of runs. */
const RUNS_AT_ONCE = 100;
const MAX_TOLD = 20;

type Reader = ReturnType<typeof createReader>;
type FoundRun = Pick<ListedRun, "id" | "run">;

/** Throws `data-directory`, and `usage` where there is no such run. */
export async function exportRuns(options: ExportRunsOptions): Promise<ExportedRuns> {
  assertDataDirectory(options.dataDir);
  using database = openForReading(options.dataDir);
  const reader = createReader(database);
  const runs =
    options.runIds.length > 0
      ? findRuns(reader, options.runIds)
      : listRuns(prepareRunsSince(database), options.since);
  const { output, stream, format } = options;
  // Nobody imports the others, and who exports them may be without the key.
  const masterKeys = format === "ndjson" ? readKeys(options.dataDir) : [];
  const store = {
    ...reader,
    ...createCommandReader(database),
    ...createSaidReader(database),
  };
  const from = { store, masterKeys, format };
  if (output === undefined) return await exportTo(runs, { ...from, write: toStream(stream) });
  return await writeWhole(output, (write) => exportTo(runs, { ...from, write }));
}

type Write = (lines: string) => Promise<void>;

interface ExportingTo {
  readonly store: ExportedStore;
  readonly masterKeys: MasterKeys;
  readonly format: ExportFormat;
  readonly write: Write;
}

async function exportTo(
  runs: Iterable<FoundRun>,
  { masterKeys, ...to }: ExportingTo,
): Promise<ExportedRuns> {
  const all: ExportedRuns = { runs: 0, batches: 0, events: 0, failed: { count: 0, first: [] } };
  const options = {
    ...to,
    readEvents: readStored,
    findMasterKey: (run: StoredRun) => findMasterKey(masterKeys, run),
  };
  for (const { id, run } of runs) {
    try {
      if (run instanceof DamagedRow) throw run;
      const { batches, events } = await exportRun(run, options);
      all.runs += 1;
      all.batches += batches;
      all.events += events;
    } catch (error) {
      if (!(error instanceof UnreadableRun || error instanceof DamagedRow)) throw error;
      all.failed.count += 1;
      if (all.failed.count <= MAX_TOLD) all.failed.first.push({ id, reason: error.message });
    }
  }
  return all;
}

function findMasterKey(masterKeys: MasterKeys, { keyGeneration }: StoredRun): Buffer {
  const masterKey = masterKeys[keyGeneration - 1];
  if (masterKey === undefined) throw new Error(`there is no key of generation ${keyGeneration}`);
  return masterKey;
}

/** Before anything is written: a name that is wrong leaves no half of a file. */
function findRuns(reader: Reader, runIds: readonly string[]): readonly FoundRun[] {
  return runIds.map((id) => {
    const run = findRun(reader, id);
    if (run === undefined) throw new CollectorError("usage", `${id}: there is no such run`);
    return { id, run };
  });
}

function findRun(reader: Reader, runId: string): FoundRun["run"] | undefined {
  try {
    return reader.findRunOfAny(runId);
  } catch (error) {
    if (error instanceof DamagedRow) return error;
    throw error;
  }
}

function* listRuns(list: ReturnType<typeof prepareRunsSince>, since: number): Iterable<FoundRun> {
  for (let after: ListedRun | undefined; ;) {
    const page = list({ since, after, limit: RUNS_AT_ONCE });
    yield* page;
    after = page.at(-1);
    if (after === undefined) return;
  }
}

function toStream(stream: Writable): Write {
  return (lines) =>
    new Promise((resolve, reject) => {
      stream.write(lines, (error) => (error ? reject(error) : resolve()));
    });
}

/** For its owner alone, and under its name only when it is whole and on disk. */
async function writeWhole<Result>(
  path: string,
  fill: (write: Write) => Promise<Result>,
): Promise<Result> {
  if (existsSync(path)) throw new CollectorError("usage", `${path}: it is there already`);
  const beside = `${path}.part-${process.pid}`;
  const file = open(path, beside);
  try {
    const result = await fill(async (lines) => writeFileSync(file, lines));
    syncToDisk(beside);
    renameSync(beside, path);
    syncToDisk(dirname(path));
    return result;
  } catch (error) {
    rmSync(beside, { force: true });
    if (error instanceof CollectorError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new CollectorError("data-directory", `${path}: the export cannot be written: ${why}`, {
      cause: error,
    });
  } finally {
    closeSync(file);
  }
}

function open(path: string, beside: string): number {
  try {
    return openSync(beside, "wx", 0o600);
  } catch (error) {
    const why = describeOpenFault(error);
    throw new CollectorError("usage", `${path}: cannot be made: ${why}`, { cause: error });
  }
}

/** Node.js would name the file beside it. */
function describeOpenFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!("code" in error)) return error.message;
  if (error.code === "ENOENT") return "there is no such directory";
  return String(error.code);
}
