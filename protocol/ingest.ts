/** How an agent hands its events to the collector: start a run, send batches, finish. One error shape for all that is refused. */
import { z } from "zod";

import { saidCiContextSchema } from "./ci-context.ts";
import { policyBodySchema } from "./commands.ts";
import { guardScopeSchema, modeSchema } from "./primitives.ts";

/** Of a batch: the seq of its first event, how many it has, and the MAC over both, the content and the batch before. */
export const FIRST_SEQ_HEADER = "runner-guard-first-seq";
export const COUNT_HEADER = "runner-guard-count";
export const MAC_HEADER = "runner-guard-mac";

/** What a batch may have, whoever sends it. Bytes are those of its NDJSON, unpacked. */
export const BATCH_LIMITS = { maxEvents: 10_000, maxBytes: 8_388_608, maxEventBytes: 1_048_576 };

/** How a batch may be packed (RFC 9110, content codings). */
export const CONTENT_ENCODINGS = ["zstd", "gzip", "identity"] as const;
export type ContentEncoding = (typeof CONTENT_ENCODINGS)[number];

/** Lower-case hexadecimal of 32 bytes. */
const hex32Schema = z.string().regex(/^[0-9a-f]{64}$/);

export const startRunRequestSchema = z.object({
  /** Of the guard: what `guard-started` says. */
  guardRunId: z.string().min(1).max(128),
  /**
   * 32 random bytes that the guard keeps to itself. The same claim gets the same run again, after a crash say; whoever knows the
   * guard's id alone gets another one.
   */
  claim: hex32Schema,
  version: z.string().max(64),
  scope: guardScopeSchema,
  mode: modeSchema,
  ci: saidCiContextSchema.nullable(),
});
export type StartRunRequest = z.infer<typeof startRunRequestSchema>;

export const startRunResponseSchema = z.object({
  /** The collector's name for the run; all paths have it. */
  runId: z.uuid(),
  /** 32 bytes, for the MACs of this run's batches. */
  uploadKey: hex32Schema,
  /** The last seq that is stored: 0 of a run that is new. */
  acknowledged: z.int().nonnegative(),
  /** Of the last batch that is stored: the next one's MAC covers it. Empty before the first. */
  lastMac: z.union([hex32Schema, z.literal("")]),
  /**
   * What operators want of every such run, to be obeyed as the command `policy` is, before the job begins where there is time. Null:
   * nothing. Not there: of a collector that knows none.
   */
  policy: policyBodySchema.nullish(),
  /**
   * 32 bytes, the same for all runs of a repository or namespace that is proven, and for those of a tenant of which nothing is: fingerprints of
   * secrets are made with it where the guard has no key of its own, so that what leaked in two runs is known for the same. Not there: of an
   * older collector.
   */
  fingerprintKey: hex32Schema.optional(),
});
export type StartRunResponse = z.infer<typeof startRunResponseSchema>;

export const acknowledgementSchema = z.object({ acknowledged: z.int().nonnegative() });
export type Acknowledgement = z.infer<typeof acknowledgementSchema>;

/** Its MAC is that of a batch of no events behind the last one, with this body as its content. */
export const finishRunRequestSchema = z.object({
  /** The seq of `guard-stopped`, which has to be stored by then. */
  lastSeq: z.int().nonnegative(),
});
export type FinishRunRequest = z.infer<typeof finishRunRequestSchema>;

export const problemCodeSchema = z.enum([
  "bad-request",
  "unauthorized",
  "forbidden",
  "not-found",
  "method-not-allowed",
  "gap",
  "run-over",
  "too-large",
  "unsupported-encoding",
  "too-fast",
  "quota-exceeded",
  "shutting-down",
  "identity-unavailable",
  "storage-failed",
  "internal",
]);
export type ProblemCode = z.infer<typeof problemCodeSchema>;

/** The body of every answer above 399. */
export const problemSchema = z.object({
  error: z.object({
    code: problemCodeSchema,
    message: z.string(),
    /** With `gap`: what the next batch has to begin with. */
    expectedSeq: z.int().positive().optional(),
  }),
});
export type Problem = z.infer<typeof problemSchema>;
