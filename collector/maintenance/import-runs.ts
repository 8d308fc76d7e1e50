/** The command `import`: runs of an export, each as a whole or not at all, and only what this collector's key has signed. */
import { closeToOthers } from "../data-directory.ts";
import { CollectorError } from "../errors.ts";
import { MAX_LINE_BYTES, recordSchema } from "../export/archive.ts";
import { readLines } from "../export/read-lines.ts";
import { readKeys } from "../identity/key-file.ts";
import { createApplyWrite } from "../storage/sqlite/apply-write.ts";
import { createCommandReader } from "../storage/sqlite/command-reader.ts";
import { createFindingQueries } from "../storage/sqlite/finding-queries.ts";
import { lockDirectory } from "../storage/sqlite/lock-directory.ts";
import { openForWriting } from "../storage/sqlite/open-database.ts";
import { createReader } from "../storage/sqlite/reader.ts";
import { assertDataDirectory } from "./assert-data-directory.ts";
import { beginImport, type EndedImport, type ImportTarget, type RunImport } from "./import-run.ts";
import { WrongLine } from "./wrong-line.ts";

export interface ImportedRuns {
  runs: number;
  /** Of new runs, and of those that were here and go on. */
  events: number;
  /** That are here already, and as far as in the file. */
  known: number;
  /** That were here, and less of them. */
  extended: number;
  /** That are not whole in the file, since they could not be exported. */
  unfinished: number;
}

/** Throws `data-directory`, and `import` with the line that is wrong: what came before its run is imported. */
export async function importRuns(
  dataDir: string,
  chunks: AsyncIterable<Buffer>,
): Promise<ImportedRuns> {
  assertDataDirectory(dataDir);
  closeToOthers(dataDir);
  const masterKeys = readKeys(dataDir);
  using stack = new DisposableStack();
  stack.use(lockDirectory(dataDir));
  const database = stack.adopt(openForWriting(dataDir), (opened) => opened.close());
  const target = {
    database,
    reader: createReader(database),
    commands: createCommandReader(database),
    findings: createFindingQueries(database),
    writes: createApplyWrite(database),
    masterKeys,
    now: Date.now(),
  };
  const imported: ImportedRuns = { runs: 0, events: 0, known: 0, extended: 0, unfinished: 0 };
  let importing: RunImport | undefined;
  try {
    for await (const { number, text } of readLines(chunks, MAX_LINE_BYTES, toTooLong)) {
      importing = atLine(number, importing, () => takeLine(text, importing, { target, imported }));
    }
    if (importing !== undefined) {
      throw new CollectorError("import", `the file ends before run ${importing.runId} does`);
    }
    return imported;
  } finally {
    if (database.isTransaction) database.exec("ROLLBACK");
  }
}

function atLine<Result>(number: number, importing: RunImport | undefined, take: () => Result) {
  try {
    return take();
  } catch (error) {
    if (error instanceof CollectorError || !(error instanceof Error)) throw error;
    const run = importing === undefined ? "" : `; nothing of run ${importing.runId} was imported`;
    throw toError(number, `${error.message}${run}`, error);
  }
}

function toTooLong(line: number): CollectorError {
  return toError(line, `it is longer than ${MAX_LINE_BYTES} bytes`);
}

function toError(line: number, message: string, cause?: Error): CollectorError {
  return new CollectorError("import", `line ${line}: ${message}`, { cause });
}

interface Into {
  readonly target: ImportTarget;
  readonly imported: ImportedRuns;
}

function takeLine(
  text: string,
  importing: RunImport | undefined,
  into: Into,
): RunImport | undefined {
  const { data: record, error } = recordSchema.safeParse(parseJson(text));
  if (error !== undefined) {
    const { path = [], message = "" } = error.issues[0] ?? {};
    const isOther = path.join(".") === "record";
    const where = path.length === 0 || isOther ? "" : `${path.join(".")}: ${message}; `;
    throw new WrongLine(
      `it is no line of an export: ${where}import takes what \`export\` wrote as ndjson, as it was written`,
    );
  }
  if (record.record === "event") return importing;
  if (record.record === "run") {
    if (importing !== undefined) throw new WrongLine(`run ${importing.runId} has not ended`);
    return beginImport(record, into.target);
  }
  if (importing === undefined) throw new WrongLine(`it is ${record.record} of no run`);
  if (record.record === "batch") {
    importing.takeBatch(record);
    return importing;
  }
  if (record.record === "command" || record.record === "triage") {
    importing.takeSaid(record);
    return importing;
  }
  if (record.record === "unfinished") leave(importing, record.runId, into);
  else count(importing.end(record), into.imported);
  return undefined;
}

function leave({ runId }: RunImport, leftId: string, { target, imported }: Into): void {
  if (leftId !== runId) throw new WrongLine(`run ${runId} has not ended`);
  target.database.exec("ROLLBACK");
  target.writes.forget();
  imported.unfinished += 1;
}

function count({ outcome, events }: EndedImport, imported: ImportedRuns): void {
  imported.events += events;
  if (outcome === "new") imported.runs += 1;
  else imported[outcome] += 1;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
