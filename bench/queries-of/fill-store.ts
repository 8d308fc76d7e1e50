/** A store as agents would have filled it: each run has the same events, signed anew as its own, and goes through what writes at ingest. */
import { createSecretKey, randomUUID } from "node:crypto";
import { zstdCompressSync } from "node:zlib";

import { signBatch } from "../../collector/ingest/batch-signature.ts";
import { parseBatch } from "../../collector/ingest/parse-batch.ts";
import { rollUp } from "../../collector/ingest/roll-up.ts";
import { createKnownPrograms } from "../../collector/ingest/run-programs.ts";
import { deriveUploadKey } from "../../collector/ingest/upload-key.ts";
import type { EventStore, NewBatch } from "../../collector/stores/event-store.ts";
import { makeEvent } from "../ingest-of/make-events.ts";

export interface FillOptions {
  readonly runs: number;
  readonly eventsOfRun: number;
  readonly eventsOfBatch: number;
  /** Of one repository; runs take them in turn. */
  readonly jobs: number;
  /** The runs are spread over so many days until today. */
  readonly days: number;
  readonly masterKey: Buffer;
}

export const TENANT = "default";
export const REPOSITORY = "acme/app";

const MS_A_DAY = 86_400_000;

type Template = Pick<NewBatch, "firstSeq" | "count" | "content" | "deadLetters" | "rollup">;

/** Gives back the ids of the runs. */
export async function fillStore(
  store: Pick<EventStore, "startRun" | "appendBatch">,
  options: FillOptions,
): Promise<readonly string[]> {
  const runIds: string[] = [];
  for (let day = 0; day < options.days; day += 1) {
    const at = Date.now() - (options.days - 1 - day) * MS_A_DAY;
    const templates = makeTemplates(options, new Date(at).toISOString().slice(0, 10));
    for (let run = day; run < options.runs; run += options.days) {
      const runId = randomUUID();
      await fillRun(store, { runId, at, run, templates }, options);
      runIds.push(runId);
    }
  }
  return runIds;
}

interface RunToFill {
  readonly runId: string;
  readonly run: number;
  readonly at: number;
  readonly templates: readonly Template[];
}

async function fillRun(
  store: Pick<EventStore, "startRun" | "appendBatch">,
  { runId, run, at, templates }: RunToFill,
  { masterKey, jobs }: FillOptions,
): Promise<void> {
  await store.startRun({
    id: runId,
    tenant: TENANT,
    guardRunId: runId,
    claimHash: runId,
    version: "0.1.0",
    scope: "command",
    requestedMode: "audit",
    effectiveMode: "audit",
    ci: {
      provider: "github-actions",
      repository: REPOSITORY,
      workflow: "build",
      job: `job-${run % jobs}`,
    },
    startedAt: at,
  });
  const key = createSecretKey(deriveUploadKey(masterKey, runId));
  let previousMac = "";
  const stored = templates.map((template) => {
    const { firstSeq, count, content } = template;
    const head = { runId, firstSeq, count, encoding: "zstd", previousMac } as const;
    const mac = signBatch(key, head, Buffer.from(content));
    previousMac = mac;
    return store.appendBatch({ ...template, runId, mac, encoding: "zstd", receivedAt: at });
  });
  await Promise.all(stored);
}

function makeTemplates({ eventsOfRun, eventsOfBatch: count }: FillOptions, today: string) {
  const programs = createKnownPrograms({
    maxProcesses: 10_000,
    maxProcessesOfRun: 1_000,
    maxRuns: 1,
  });
  return Array.from({ length: Math.ceil(eventsOfRun / count) }, (_, index): Template => {
    const firstSeq = index * count + 1;
    const lines = Array.from({ length: count }, (__, place) => `${makeEvent(firstSeq + place)}\n`);
    const text = Buffer.from(lines.join("").replaceAll("2026-01-31", today));
    const extent = { firstSeq, count, maxEventBytes: 1_048_576 };
    const { events, deadLetters } = parseBatch(text, extent);
    const rollup = rollUp(events, { today, programs: programs.of("run") });
    return { firstSeq, count, content: zstdCompressSync(text), deadLetters, rollup };
  });
}
