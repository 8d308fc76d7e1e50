/** What is stored, as records of an export. */
import type { StoredCommand } from "../stores/command-store.ts";
import type { StoredBatch, StoredRun } from "../stores/event-store.ts";
import type { BatchRecord, CommandRecord, EndRecord, RunRecord } from "./archive.ts";

export function toRunRecord(run: StoredRun): RunRecord {
  const { id, tenant, guardRunId, claimHash, version, scope, requestedMode, effectiveMode } = run;
  const { ci, identity, proofHash, keyGeneration, startedAt, removal } = run;
  const named = { id, tenant, guardRunId, claimHash, version };
  const shown = { scope, requestedMode, effectiveMode, ci, identity, proofHash };
  return { record: "run", format: 3, ...named, ...shown, keyGeneration, startedAt, removal };
}

export function toCommandRecord(command: StoredCommand): CommandRecord {
  const { number, kind, body, askedAt, state, stateAt, answer } = command;
  return { record: "command", number, kind, body, askedAt, state, stateAt, answer };
}

export function toBatchRecord(batch: StoredBatch): BatchRecord {
  const { firstSeq, count, mac, encoding, receivedAt, content } = batch;
  const head = { firstSeq, count, mac, encoding, receivedAt };
  return { record: "batch", ...head, content: toBase64(content) };
}

export function toEnd({
  acknowledged,
  startedAt,
  lastSeenAt,
  endedAt,
  deadLetters,
  goodbye,
}: StoredRun): Omit<EndRecord, "signature"> {
  return {
    record: "end",
    acknowledged,
    // A clock may have been put back meanwhile.
    lastSeenAt: Math.max(startedAt, lastSeenAt),
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
