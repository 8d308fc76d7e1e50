/**
 * The lines of an export as NDJSON: a run, its batches as they were sent, each followed by its events for whoever reads, and the run's end
 * with the collector's signature. `import` takes runs, batches and ends, and what is in their content.
 */
import { z } from "zod";

import {
  BATCH_LIMITS,
  ciContextSchema,
  CONTENT_ENCODINGS,
  effectiveModeSchema,
  enforcementModeSchema,
  guardScopeSchema,
  runIdentitySchema,
} from "../../protocol/index.ts";
import { storedTimeSchema } from "../stores/stored-time.ts";

const hex32Schema = z.string().regex(/^[0-9a-f]{64}$/);
const seqSchema = z.int().nonnegative();

/** Of base64, with what stands round it. */
export const MAX_LINE_BYTES = Math.ceil((BATCH_LIMITS.maxBytes * 4) / 3) + 65_536;

export const runRecordSchema = z.object({
  record: z.literal("run"),
  /** Of this form of lines. */
  format: z.literal(2, "it is not 2; one of format 1 is not signed, and has to be exported again"),
  id: z.uuid(),
  tenant: z.string().min(1).max(128),
  guardRunId: z.string().min(1).max(128),
  claimHash: hex32Schema,
  version: z.string().max(64),
  scope: guardScopeSchema,
  requestedMode: enforcementModeSchema,
  effectiveMode: effectiveModeSchema,
  ci: ciContextSchema.nullable(),
  identity: runIdentitySchema.nullable(),
  proofHash: z.string().max(128).nullable(),
  keyGeneration: z.int().positive(),
  startedAt: storedTimeSchema,
  removal: z.object({ seq: seqSchema, mac: hex32Schema, signature: hex32Schema }).nullable(),
});
export type RunRecord = z.infer<typeof runRecordSchema>;

const batchRecordSchema = z.object({
  record: z.literal("batch"),
  firstSeq: z.int().positive(),
  count: z.int().positive().max(BATCH_LIMITS.maxEvents),
  mac: hex32Schema,
  encoding: z.enum(CONTENT_ENCODINGS),
  receivedAt: storedTimeSchema,
  content: z.base64(),
});
export type BatchRecord = z.infer<typeof batchRecordSchema>;

const endRecordSchema = z.object({
  record: z.literal("end"),
  acknowledged: seqSchema,
  lastSeenAt: storedTimeSchema,
  endedAt: storedTimeSchema.nullable(),
  deadLetters: seqSchema,
  goodbye: z.object({ mac: hex32Schema, content: z.base64() }).nullable(),
  /** Of the run, its batches in their order, and this. */
  signature: hex32Schema,
});
export type EndRecord = z.infer<typeof endRecordSchema>;

/** What stands before of this run is not all: it could not be read on. */
const unfinishedRecordSchema = z.object({ record: z.literal("unfinished"), runId: z.uuid() });
export type UnfinishedRecord = z.infer<typeof unfinishedRecordSchema>;

/** An event is what its batch says: here it is for whoever reads. */
const eventRecordSchema = z.object({ record: z.literal("event") });

export const recordSchema = z.discriminatedUnion("record", [
  runRecordSchema,
  batchRecordSchema,
  endRecordSchema,
  unfinishedRecordSchema,
  eventRecordSchema,
]);
