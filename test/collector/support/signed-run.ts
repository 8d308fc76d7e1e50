/** A run in a store as its guard's batches would have made it, at whichever time: signed, and counted by what counts at ingest. */
import { createSecretKey } from "node:crypto";
import { zstdCompressSync } from "node:zlib";

import { signBatch } from "../../../collector/ingest/batch-signature.ts";
import { parseBatch } from "../../../collector/ingest/parse-batch.ts";
import { rollUp } from "../../../collector/ingest/roll-up.ts";
import { createKnownPrograms } from "../../../collector/ingest/run-programs.ts";
import { deriveUploadKey } from "../../../collector/ingest/upload-key.ts";
import type { EventStore, NewRun } from "../../../collector/stores/event-store.ts";

export interface RunToSign {
  readonly id: string;
  readonly tenant?: string;
  readonly ci?: NewRun["ci"];
  readonly claimHash?: string;
  readonly masterKey: Buffer;
  /** Milliseconds since 1970, of the start and of each batch. */
  readonly startedAt: number;
  readonly batches: readonly { readonly at: number; readonly events: readonly object[] }[];
  readonly isOver?: boolean;
}

type Store = Pick<EventStore, "startRun" | "appendBatch" | "finishRun">;

export async function storeSignedRun(store: Store, run: RunToSign): Promise<void> {
  const { id: runId, tenant = "default", ci = null, masterKey, startedAt } = run;
  const { claimHash = `claim of ${runId}` } = run;
  await store.startRun({
    id: runId,
    tenant,
    guardRunId: `guard of ${runId}`,
    claimHash,
    version: "0.1.0",
    scope: "command",
    requestedMode: "audit",
    effectiveMode: "audit",
    ci,
    startedAt,
  });
  const key = createSecretKey(deriveUploadKey(masterKey, runId));
  const programs = createKnownPrograms({ maxProcesses: 99, maxProcessesOfRun: 99, maxRuns: 1 });
  const stored: Promise<void>[] = [];
  let firstSeq = 1;
  let previousMac = "";
  for (const { at, events } of run.batches) {
    const observedAt = `${new Date(at).toISOString().slice(0, -1)}001Z`;
    const lines = events.map((event, index) =>
      JSON.stringify({ seq: firstSeq + index, observedAt, ...event }),
    );
    const text = Buffer.from(lines.map((line) => `${line}\n`).join(""));
    const content = zstdCompressSync(text);
    const count = events.length;
    const head = { runId, firstSeq, count, encoding: "zstd", previousMac } as const;
    const mac = signBatch(key, head, content);
    const parsed = parseBatch(text, { firstSeq, count, maxEventBytes: 1_000_000 });
    const context = { today: observedAt.slice(0, 10), programs: programs.of(runId) };
    stored.push(
      store.appendBatch({
        runId,
        firstSeq,
        count,
        mac,
        encoding: "zstd",
        content,
        receivedAt: at,
        deadLetters: parsed.deadLetters,
        rollup: rollUp(parsed.events, context),
      }),
    );
    firstSeq += count;
    previousMac = mac;
  }
  await Promise.all(stored);
  if (run.isOver !== true) return;
  const content = Buffer.from(JSON.stringify({ lastSeq: firstSeq - 1 }));
  const head = { runId, firstSeq, count: 0, encoding: "identity", previousMac } as const;
  const mac = signBatch(key, head, content);
  const endedAt = run.batches.at(-1)?.at ?? startedAt;
  await store.finishRun({ runId, lastSeq: firstSeq - 1, endedAt, goodbye: { content, mac } });
}
