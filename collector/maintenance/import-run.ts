/** One run of an export, in a transaction of its own: new here, or what is here of it goes on. */
import { createSecretKey } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";

import { BATCH_LIMITS } from "../../protocol/index.ts";
import { RequestProblem } from "../errors.ts";
import type {
  BatchRecord,
  CommandRecord,
  EndRecord,
  RunRecord,
  TriageRecord,
} from "../export/archive.ts";
import { createRunSigner } from "../export/run-signer.ts";
import { isSameMac, signBatch } from "../ingest/batch-signature.ts";
import { parseBatch } from "../ingest/parse-batch.ts";
import { isSignedRemoval } from "../ingest/removal-signature.ts";
import { rollUp } from "../ingest/roll-up.ts";
import { createKnownPrograms } from "../ingest/run-programs.ts";
import { unpack } from "../ingest/unpack.ts";
import { deriveRunKey, type MasterKeys } from "../ingest/upload-key.ts";
import type { EventStore } from "../stores/event-store.ts";
import { toCommandEntry } from "./command-entry.ts";
import { importCommand, importTriage, type SaidTarget } from "./import-said.ts";
import { assertGoesOn, assertSameBatch, assertSameEnd, assertSameRun } from "./known-run.ts";
import { WrongLine } from "./wrong-line.ts";

export interface ImportTarget extends SaidTarget {
  readonly database: DatabaseSync;
  readonly reader: Pick<EventStore, "findRunOfAny" | "findBatch">;
  readonly masterKeys: MasterKeys;
}

export interface RunImport {
  readonly runId: string;
  takeBatch(batch: BatchRecord): void;
  /** After its batches. */
  takeSaid(said: CommandRecord | TriageRecord): void;
  /** Nothing of it is there before. */
  end(end: EndRecord): EndedImport;
}

export interface EndedImport {
  /** `known`: nothing was changed. `extended`: it was here, and less of it. */
  readonly outcome: "new" | "known" | "extended";
  /** That were not here. */
  readonly events: number;
}

const PROGRAMS = { maxProcesses: 10_000, maxProcessesOfRun: 10_000, maxRuns: 1 };

/** All throw `WrongLine`. */
export function beginImport(run: RunRecord, target: ImportTarget): RunImport {
  const { database, reader, writes, masterKeys } = target;
  const { id: runId, removal } = run;
  const masterKey = masterKeys[run.keyGeneration - 1];
  if (masterKey === undefined) throw toForeign(runId);
  if (removal !== null && !isSignedRemoval(masterKey, runId, removal)) throw toForeign(runId);
  const known = reader.findRunOfAny(runId);
  const acknowledgedHere = known?.acknowledged ?? removal?.seq ?? 0;
  const signer = createRunSigner(masterKey, run);
  signer.add(run);
  const key = createSecretKey(deriveRunKey(masterKeys, run));
  const programs = createKnownPrograms(PROGRAMS).of(runId);
  let nextSeq = (removal?.seq ?? 0) + 1;
  let lastMac = removal?.mac ?? "";
  let deadCount = 0;
  let hasNews = false;

  database.exec("BEGIN IMMEDIATE");
  if (known !== undefined) assertSameRun(run, known);
  else {
    writes.apply({ kind: "start-run", run });
    if (removal !== null) putRemoval(database, runId, removal);
  }
  return {
    runId,
    takeBatch({ content: packed, ...record }) {
      const { firstSeq, count, mac, encoding, receivedAt } = record;
      if (firstSeq !== nextSeq) throw new WrongLine(`batch ${nextSeq} is missing`);
      signer.add(record);
      const content = Buffer.from(packed, "base64");
      const head = { runId, firstSeq, count, encoding, previousMac: lastMac };
      if (!isSameMac(mac, signBatch(key, head, content))) throw toForeign(runId);
      const { maxBytes, maxEventBytes } = BATCH_LIMITS;
      const text = toText(content, encoding, maxBytes);
      const { events, deadLetters } = parseBatch(text, { firstSeq, count, maxEventBytes });
      const today = new Date(receivedAt).toISOString().slice(0, "2026-01-31".length);
      // Of a batch that is here, too: those behind it tell of processes that began in it.
      const rollup = rollUp(events, { today, programs });
      if (known !== undefined && firstSeq <= acknowledgedHere) {
        assertSameBatch(record, known, reader);
      } else {
        if (known !== undefined && firstSeq === acknowledgedHere + 1) assertGoesOn(lastMac, known);
        const stored = { runId, firstSeq, count, mac, encoding, content, receivedAt };
        writes.apply({ kind: "append-batch", batch: { ...stored, deadLetters, rollup } });
        // What is gathered over a transaction has a bound.
        writes.finish();
      }
      nextSeq += count;
      lastMac = mac;
      deadCount += deadLetters.count;
    },
    takeSaid(record) {
      signer.add(record);
      const isNew =
        record.record === "command"
          ? importCommand(record, run, target)
          : importTriage(record, run, target);
      hasNews ||= isNew;
    },
    end(record) {
      const { signature, ...signed } = record;
      const { acknowledged, goodbye, endedAt, lastSeenAt, deadLetters } = signed;
      if (nextSeq - 1 !== acknowledged) throw new WrongLine(`batch ${nextSeq} is missing`);
      signer.add(signed);
      if (!isSameMac(signature, signer.sign())) throw toForeign(runId);
      const content = Buffer.from(goodbye?.content ?? "", "base64");
      const head = { runId, firstSeq: nextSeq, count: 0, encoding: "identity" } as const;
      const mac = signBatch(key, { ...head, previousMac: lastMac }, content);
      if (goodbye !== null && !isSameMac(goodbye.mac, mac)) throw toForeign(runId);
      if (lastSeenAt < run.startedAt) throw new WrongLine("it was last seen before it began");
      if (removal === null && deadLetters !== deadCount) {
        throw new WrongLine(`${deadCount} of its lines are no events`);
      }
      if (known !== undefined) assertSameEnd(record, lastMac, known);
      const isFurther = acknowledged > acknowledgedHere;
      const isOverSince = goodbye !== null && known?.state !== "over";
      if (isOverSince) {
        const said = { mac: goodbye.mac, content };
        const at = { runId, lastSeq: acknowledged, endedAt: endedAt ?? lastSeenAt };
        writes.apply({ kind: "finish-run", end: { ...at, goodbye: said } });
      }
      if (known === undefined || isFurther || isOverSince) {
        putState(database, runId, { lastSeenAt, isOver: goodbye !== null, letters: deadLetters });
      }
      const isExtended = isFurther || isOverSince || hasNews;
      if (known === undefined || isExtended) {
        const deed = { tenant: run.tenant, action: "import", target: runId };
        writes.apply({ kind: "add-audit", entry: toCommandEntry(deed) });
      }
      writes.finish();
      database.exec("COMMIT");
      const events = Math.max(acknowledged - acknowledgedHere, 0);
      if (known === undefined) return { outcome: "new", events };
      return { outcome: isExtended ? "extended" : "known", events };
    },
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

function toText(content: Buffer, encoding: BatchRecord["encoding"], maxBytes: number): Buffer {
  try {
    return unpack(content, encoding, maxBytes);
  } catch (error) {
    if (error instanceof RequestProblem) throw new WrongLine(error.message, { cause: error });
    throw error;
  }
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

function toForeign(runId: string): WrongLine {
  return new WrongLine(
    `run ${runId} is not what was signed with a key of this collector; import it where the master.key is that it came from, or fetch it anew if the file was changed since`,
  );
}
