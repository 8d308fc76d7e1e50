/** The command `import`: runs of an export, each as a whole or not at all, and only what their guards signed under a key that is here. */
import { createSecretKey, type KeyObject } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";

import { BATCH_LIMITS } from "../../protocol/index.ts";
import { CollectorError, RequestProblem } from "../errors.ts";
import {
  type BatchRecord,
  type EndRecord,
  MAX_LINE_BYTES,
  recordSchema,
  type RunRecord,
} from "../export/archive.ts";
import { readLines } from "../export/read-lines.ts";
import { readKeys } from "../identity/key-file.ts";
import { isSameMac, signBatch } from "../ingest/batch-signature.ts";
import { parseBatch } from "../ingest/parse-batch.ts";
import { isSignedRemoval } from "../ingest/removal-signature.ts";
import { rollUp } from "../ingest/roll-up.ts";
import { createKnownPrograms, type RunPrograms } from "../ingest/run-programs.ts";
import { unpack } from "../ingest/unpack.ts";
import { deriveRunKey, type MasterKeys } from "../ingest/upload-key.ts";
import { type ApplyWrite, createApplyWrite } from "../storage/sqlite/apply-write.ts";
import { lockDirectory } from "../storage/sqlite/lock-directory.ts";
import { openForWriting } from "../storage/sqlite/open-database.ts";
import { createReader } from "../storage/sqlite/reader.ts";
import type { StoredRun } from "../stores/event-store.ts";

export interface ImportedRuns {
  runs: number;
  events: number;
  /** That are here already, as they are in the file. */
  known: number;
}

/** What a run has got so far, in a transaction that is open. */
interface Importing {
  readonly run: RunRecord;
  readonly key: KeyObject;
  readonly programs: RunPrograms;
  /** As it is here already; undefined: it is not. */
  readonly known: StoredRun | undefined;
  nextSeq: number;
  lastMac: string;
  deadLetters: number;
}

interface Target {
  readonly database: DatabaseSync;
  readonly reader: ReturnType<typeof createReader>;
  readonly writes: ApplyWrite;
  readonly masterKeys: MasterKeys;
}

const PROGRAMS = { maxProcesses: 10_000, maxProcessesOfRun: 10_000, maxRuns: 1 };

/** Throws `data-directory`, and `import` with the line that is wrong: what came before its run is imported. */
export async function importRuns(
  dataDir: string,
  chunks: AsyncIterable<Buffer>,
): Promise<ImportedRuns> {
  const masterKeys = readKeys(dataDir);
  using stack = new DisposableStack();
  stack.use(lockDirectory(dataDir));
  const database = stack.adopt(openForWriting(dataDir), (opened) => opened.close());
  const target = {
    database,
    reader: createReader(database),
    writes: createApplyWrite(database),
    masterKeys,
  };
  const imported: ImportedRuns = { runs: 0, events: 0, known: 0 };
  let importing: Importing | undefined;
  try {
    for await (const { number, text } of readLines(chunks, MAX_LINE_BYTES, toTooLong)) {
      importing = atLine(number, importing, () => takeLine(text, importing, { target, imported }));
    }
    if (importing !== undefined) {
      throw new CollectorError("import", `the file ends before run ${importing.run.id} does`);
    }
    return imported;
  } finally {
    if (database.isTransaction) database.exec("ROLLBACK");
  }
}

function atLine<Result>(number: number, importing: Importing | undefined, take: () => Result) {
  try {
    return take();
  } catch (error) {
    if (error instanceof CollectorError || !(error instanceof Error)) throw error;
    const run = importing === undefined ? "" : `; nothing of run ${importing.run.id} was imported`;
    throw toError(number, `${error.message}${run}`, error);
  }
}

function toTooLong(line: number): CollectorError {
  return toError(line, `it is longer than ${MAX_LINE_BYTES} bytes`);
}

function toError(line: number, message: string, cause?: Error): CollectorError {
  return new CollectorError("import", `line ${line}: ${message}`, { cause });
}

/** What is said of a line; `toError` says of which. */
class WrongLine extends Error {
  override readonly name = "WrongLine";
}

interface Into {
  readonly target: Target;
  readonly imported: ImportedRuns;
}

function takeLine(
  text: string,
  importing: Importing | undefined,
  into: Into,
): Importing | undefined {
  const { data: record, error } = recordSchema.safeParse(parseJson(text));
  if (error !== undefined) {
    const { path = [], message = "" } = error.issues[0] ?? {};
    throw new WrongLine(`it is no line of an export: ${[...path, message].join(": ")}`);
  }
  if (record.record === "event") return importing;
  if (record.record === "run") {
    if (importing !== undefined) throw new WrongLine(`run ${importing.run.id} has not ended`);
    return beginRun(record, into.target);
  }
  if (importing === undefined) throw new WrongLine(`it is ${record.record} of no run`);
  if (record.record === "end") {
    endRun(record, importing, into);
    return undefined;
  }
  takeBatch(record, importing, into.target);
  return importing;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function beginRun(run: RunRecord, { database, reader, writes, masterKeys }: Target): Importing {
  const masterKey = masterKeys[run.keyGeneration - 1];
  if (masterKey === undefined) throw new WrongLine(toForeign(run.id));
  const { removal } = run;
  if (removal !== null && !isSignedRemoval(masterKey, run.id, removal)) {
    throw new WrongLine(toForeign(run.id));
  }
  const known = reader.findRunOfAny(run.id);
  if (known === undefined) {
    database.exec("BEGIN IMMEDIATE");
    writes.apply({ kind: "start-run", run });
    if (removal !== null) putRemoval(database, run.id, removal);
  }
  return {
    run,
    known,
    key: createSecretKey(deriveRunKey(masterKeys, run)),
    programs: createKnownPrograms(PROGRAMS).of(run.id),
    nextSeq: (removal?.seq ?? 0) + 1,
    lastMac: removal?.mac ?? "",
    deadLetters: 0,
  };
}

function putRemoval(
  database: DatabaseSync,
  runId: string,
  { seq, mac, signature }: NonNullable<RunRecord["removal"]>,
): void {
  database
    .prepare(
      `UPDATE runs SET removed_seq = $seq, removed_mac = $mac, removed_signature = $signature, acknowledged = $seq, last_mac = $mac
       WHERE id = $runId`,
    )
    .run({ seq, mac, signature, runId });
}

function takeBatch(batch: BatchRecord, importing: Importing, { writes }: Target): void {
  const { run, key, programs, known, nextSeq, lastMac: previousMac } = importing;
  const { firstSeq, count, mac, encoding, receivedAt } = batch;
  const content = Buffer.from(batch.content, "base64");
  if (firstSeq !== nextSeq) throw new WrongLine(`batch ${nextSeq} is missing`);
  const head = { runId: run.id, firstSeq, count, encoding, previousMac };
  if (!isSameMac(mac, signBatch(key, head, content))) throw new WrongLine(toForeign(run.id));
  const { maxBytes, maxEventBytes } = BATCH_LIMITS;
  const { events, deadLetters } = parseBatch(toText(content, encoding, maxBytes), {
    firstSeq,
    count,
    maxEventBytes,
  });
  importing.nextSeq += count;
  importing.lastMac = mac;
  importing.deadLetters += deadLetters.count;
  if (known !== undefined) return;
  const today = new Date(receivedAt).toISOString().slice(0, "2026-01-31".length);
  const rollup = rollUp(events, { today, programs });
  const stored = { runId: run.id, firstSeq, count, mac, encoding, content, receivedAt };
  writes.apply({ kind: "append-batch", batch: { ...stored, deadLetters, rollup } });
  // What is gathered over a transaction has a bound.
  writes.finish();
}

function toText(content: Buffer, encoding: BatchRecord["encoding"], maxBytes: number): Buffer {
  try {
    return unpack(content, encoding, maxBytes);
  } catch (error) {
    if (error instanceof RequestProblem) throw new WrongLine(error.message, { cause: error });
    throw error;
  }
}

function endRun(end: EndRecord, importing: Importing, { target, imported }: Into): void {
  const { run, key, known, nextSeq, lastMac } = importing;
  const { acknowledged, goodbye, endedAt, lastSeenAt } = end;
  if (nextSeq - 1 !== acknowledged) throw new WrongLine(`batch ${nextSeq} is missing`);
  const content = Buffer.from(goodbye?.content ?? "", "base64");
  const head = { runId: run.id, firstSeq: nextSeq, count: 0, encoding: "identity" } as const;
  const mac = signBatch(key, { ...head, previousMac: lastMac }, content);
  if (goodbye !== null && !isSameMac(goodbye.mac, mac)) throw new WrongLine(toForeign(run.id));
  if (known !== undefined) {
    if (known.acknowledged !== acknowledged || known.lastMac !== lastMac) {
      throw new WrongLine(
        `run ${run.id} is here already, with ${known.acknowledged} events where the file has ${acknowledged}`,
      );
    }
    imported.known += 1;
    return;
  }
  if (run.removal === null && end.deadLetters !== importing.deadLetters) {
    throw new WrongLine(`${importing.deadLetters} of its lines are no events`);
  }
  const { database, writes } = target;
  if (goodbye !== null) {
    const said = { mac: goodbye.mac, content };
    const at = { runId: run.id, lastSeq: acknowledged, endedAt: endedAt ?? lastSeenAt };
    writes.apply({ kind: "finish-run", end: { ...at, goodbye: said } });
  }
  putState(database, run.id, { lastSeenAt, isOver: goodbye !== null, letters: end.deadLetters });
  writes.finish();
  database.exec("COMMIT");
  imported.runs += 1;
  imported.events += acknowledged - (run.removal?.seq ?? 0);
}

interface RunState {
  readonly lastSeenAt: number;
  readonly isOver: boolean;
  readonly letters: number;
}

/** Who has not said goodbye is silent: nobody sends here what an export has not got. */
function putState(
  database: DatabaseSync,
  runId: string,
  { lastSeenAt, isOver, letters }: RunState,
): void {
  database
    .prepare(
      "UPDATE runs SET last_seen_at = ?, state = ?, dead_letters = max(dead_letters, ?) WHERE id = ?",
    )
    .run(lastSeenAt, isOver ? "over" : "silent", letters, runId);
}

function toForeign(runId: string): string {
  return `run ${runId} is not what was signed with a key of this collector; import it where the master.key is that it came from`;
}
