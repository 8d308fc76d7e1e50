import { once } from "node:events";
/** The command `export`: also while a collector is at work on the data. */
import { closeSync, existsSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Writable } from "node:stream";

import { CollectorError } from "../errors.ts";
import { type Exported, type ExportFormat, exportRun } from "../export/write-export.ts";
import { readStored } from "../ingest/read-stored.ts";
import { openForReading } from "../storage/sqlite/open-database.ts";
import { createReader } from "../storage/sqlite/reader.ts";
import { prepareRunsSince } from "../storage/sqlite/runs-since.ts";
import type { StoredRun } from "../stores/event-store.ts";
import { syncToDisk } from "../sync-to-disk.ts";

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
}

/** Of one page of the list of runs. */
const RUNS_AT_ONCE = 100;

type Reader = ReturnType<typeof createReader>;

/** Throws `data-directory`, and `usage` where there is no such run. */
export async function exportRuns(options: ExportRunsOptions): Promise<ExportedRuns> {
  using database = openForReading(options.dataDir);
  const reader = createReader(database);
  const runs =
    options.runIds.length > 0
      ? findRuns(reader, options.runIds)
      : listRuns(prepareRunsSince(database), options.since);
  const { output, stream } = options;
  if (output === undefined)
    return await exportTo(runs, reader, { ...options, write: toStream(stream) });
  return await writeWhole(output, (write) => exportTo(runs, reader, { ...options, write }));
}

type Write = (lines: string) => Promise<void>;

async function exportTo(
  runs: Iterable<StoredRun>,
  store: Reader,
  { format, write }: { readonly format: ExportFormat; readonly write: Write },
): Promise<ExportedRuns> {
  const all: ExportedRuns = { runs: 0, batches: 0, events: 0 };
  for (const run of runs) {
    const { batches, events } = await exportRun(run, {
      store,
      readEvents: readStored,
      format,
      write,
    });
    all.runs += 1;
    all.batches += batches;
    all.events += events;
  }
  return all;
}

/** Before anything is written: a name that is wrong leaves no half of a file. */
function findRuns(reader: Reader, runIds: readonly string[]): readonly StoredRun[] {
  return runIds.map((runId) => {
    const run = reader.findRunOfAny(runId);
    if (run === undefined) throw new CollectorError("usage", `${runId}: there is no such run`);
    return run;
  });
}

function* listRuns(list: ReturnType<typeof prepareRunsSince>, since: number): Iterable<StoredRun> {
  for (let after: StoredRun | undefined; ;) {
    const page = list({ since, after, limit: RUNS_AT_ONCE });
    yield* page;
    after = page.at(-1);
    if (after === undefined) return;
  }
}

function toStream(stream: Writable): Write {
  return async (lines) => {
    if (!stream.write(lines)) await once(stream, "drain");
  };
}

/** For its owner alone, and under its name only when it is whole and on disk. */
async function writeWhole<Result>(
  path: string,
  fill: (write: Write) => Promise<Result>,
): Promise<Result> {
  if (existsSync(path)) throw new CollectorError("usage", `${path}: it is there already`);
  const beside = `${path}.part-${process.pid}`;
  const file = open(beside);
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

function open(path: string): number {
  try {
    return openSync(path, "wx", 0o600);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CollectorError("usage", `${path}: cannot be made: ${why}`, { cause: error });
  }
}
