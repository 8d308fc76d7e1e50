/** Runs as lines, a batch at a time: however much there is, no more than one batch is in memory, and nobody who writes is held up. */
import type { GuardEvent } from "../../protocol/index.ts";
import type { EventStore, StoredBatch, StoredRun } from "../stores/event-store.ts";
import type { BatchRecord, EndRecord, RunRecord } from "./archive.ts";
import { toEcs } from "./ecs.ts";
import { toOcsf } from "./ocsf.ts";

export const EXPORT_FORMATS = ["ndjson", "ecs", "ocsf"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportOptions {
  readonly store: Pick<EventStore, "listBatches">;
  readonly readEvents: (batch: StoredBatch) => { readonly events: readonly GuardEvent[] };
  readonly format: ExportFormat;
  /** Resolves when the next line may come. */
  readonly write: (lines: string) => Promise<void>;
}

export interface Exported {
  events: number;
  batches: number;
}

/** One query's, which keeps the log of the database from being used again as long as it goes on. */
const BATCHES_AT_ONCE = 16;

/** What was stored when it came by. */
export async function exportRun(run: StoredRun, options: ExportOptions): Promise<Exported> {
  const exported: Exported = { events: 0, batches: 0 };
  const { format, readEvents, write } = options;
  const isArchive = format === "ndjson";
  if (isArchive) await write(toLine(toRunRecord(run)));
  for (let afterSeq = run.removal?.seq ?? 0; afterSeq < run.acknowledged;) {
    const batches = takeSome(options.store, run.id, afterSeq);
    for (const batch of batches) {
      const { events } = readEvents(batch);
      const lines = events.map((event) => toLine(toEventLine(event, run, format)));
      await write(`${isArchive ? toLine(toBatchRecord(batch)) : ""}${lines.join("")}`);
      exported.events += events.length;
      exported.batches += 1;
    }
    const last = batches.at(-1);
    if (last === undefined) break;
    afterSeq = last.firstSeq + last.count - 1;
  }
  if (isArchive) await write(toLine(toEndRecord(run)));
  return exported;
}

function takeSome(
  store: Pick<EventStore, "listBatches">,
  runId: string,
  afterSeq: number,
): readonly StoredBatch[] {
  const batches: StoredBatch[] = [];
  for (const batch of store.listBatches(runId, { afterSeq, kind: null })) {
    batches.push(batch);
    if (batches.length >= BATCHES_AT_ONCE) break;
  }
  return batches;
}

function toEventLine(event: GuardEvent, run: StoredRun, format: ExportFormat): object {
  if (format === "ecs") return toEcs(event, run);
  return format === "ocsf" ? toOcsf(event, run) : { record: "event", runId: run.id, event };
}

function toLine(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

function toRunRecord(run: StoredRun): RunRecord {
  const { id, tenant, guardRunId, claimHash, version, scope, requestedMode, effectiveMode } = run;
  const { ci, identity, proofHash, keyGeneration, startedAt, removal } = run;
  const named = { id, tenant, guardRunId, claimHash, version };
  const shown = { scope, requestedMode, effectiveMode, ci, identity, proofHash };
  return { record: "run", format: 1, ...named, ...shown, keyGeneration, startedAt, removal };
}

function toBatchRecord(batch: StoredBatch): BatchRecord {
  const { firstSeq, count, mac, encoding, receivedAt, content } = batch;
  const head = { firstSeq, count, mac, encoding, receivedAt };
  return { record: "batch", ...head, content: toBase64(content) };
}

function toEndRecord({
  acknowledged,
  lastSeenAt,
  endedAt,
  deadLetters,
  goodbye,
}: StoredRun): EndRecord {
  return {
    record: "end",
    acknowledged,
    lastSeenAt,
    endedAt,
    deadLetters,
    goodbye: goodbye && {
      mac: goodbye.mac,
      content: toBase64(goodbye.content),
    },
  };
}

function toBase64({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}
