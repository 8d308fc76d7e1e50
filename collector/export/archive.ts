/**
 * The lines of an export as NDJSON: a run, its batches as they were sent, each followed by its events for whoever reads, what was asked of
 * its agent, what operators said of its findings, and the run's end with the collector's signature. `import` takes all but the events.
 */
import { z } from "zod";

import {
  BATCH_LIMITS,
  ciContextSchema,
  COMMAND_LIMITS,
  commandKindSchema,
  commandStateSchema,
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

/** Forms of lines. In 2 there are neither commands nor what was said of findings. */
const EXPORT_FORMS = [2, 3] as const;
export type ExportForm = (typeof EXPORT_FORMS)[number];

export const runRecordSchema = z.object({
  record: z.literal("run"),
  format: z.union(
    EXPORT_FORMS.map((form) => z.literal(form)),
    "it is neither 2 nor 3; one of format 1 is not signed, and has to be exported again",
  ),
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

const commandRecordSchema = z.object({
  record: z.literal("command"),
  number: z.int().positive(),
  kind: commandKindSchema,
  body: z.string().max(COMMAND_LIMITS.maxMessageBytes),
  askedAt: storedTimeSchema,
  state: commandStateSchema,
  stateAt: storedTimeSchema,
  answer: z.string().max(COMMAND_LIMITS.maxMessageBytes).nullable(),
});
export type CommandRecord = z.infer<typeof commandRecordSchema>;

const MAX_SAID_CHARACTERS = 4_096;
const saidSchema = z.string().max(MAX_SAID_CHARACTERS);
const answerableSchema = z.object({
  role: saidSchema,
  token: saidSchema,
  owner: saidSchema,
  reason: saidSchema,
  at: storedTimeSchema,
});

const triageRecordSchema = z.object({
  record: z.literal("triage"),
  /** The finding, as its guard names it. */
  id: z.string().max(BATCH_LIMITS.maxEventBytes),
  acknowledged: answerableSchema.nullable(),
  suppressed: answerableSchema.extend({ until: storedTimeSchema }).nullable(),
});
export type TriageRecord = z.infer<typeof triageRecordSchema>;

const endRecordSchema = z.object({
  record: z.literal("end"),
  acknowledged: seqSchema,
  lastSeenAt: storedTimeSchema,
  endedAt: storedTimeSchema.nullable(),
  deadLetters: seqSchema,
  goodbye: z.object({ mac: hex32Schema, content: z.base64() }).nullable(),
  /** Of the run, what is between in its order, and this. */
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
  commandRecordSchema,
  triageRecordSchema,
  endRecordSchema,
  unfinishedRecordSchema,
  eventRecordSchema,
]);
