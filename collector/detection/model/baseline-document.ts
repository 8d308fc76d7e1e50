/** How a baseline stands on disk and in exports: tuples, since there are many of them. */
import { z } from "zod";

import { BASELINE_BOUNDS } from "./baseline.ts";

/** With addresses of blocks and what is expected, which those who know version 1 alone take for damage. */
export const BASELINE_VERSION = 2;
const READ_VERSIONS = [1, BASELINE_VERSION] as const;

/** Fifty-three doublings are all that a number has. */
export const MAX_STEPS = 256;

/** Of a habit: somebody expects it. */
export const EXPECTED = 1;

const countSchema = z.int().nonnegative();
const historySchema = z.array(z.int().min(0).max(MAX_STEPS)).max(BASELINE_BOUNDS.history);
/** Gone through by hand (read-tuples.ts): for thousands of them a schema takes longer than all else at the end of a run. */
const tuplesSchema = (max: number) => z.array(z.unknown()).max(max);

export const baselineDocumentSchema = z.strictObject({
  version: z.literal(READ_VERSIONS),
  runs: countSchema,
  updatedAt: countSchema,
  quietRuns: countSchema,
  /** Program, domain, port, transport, of a block its addresses; with each habit in how many runs it was seen, in which it was last, and whether it is expected. */
  destinations: tuplesSchema(BASELINE_BOUNDS.habits),
  /** Domain, name, and the name in full where it was always the same. */
  names: tuplesSchema(BASELINE_BOUNDS.habits),
  /** Parent, program. */
  processes: tuplesSchema(BASELINE_BOUNDS.habits),
  files: tuplesSchema(BASELINE_BOUNDS.habits),
  signals: tuplesSchema(BASELINE_BOUNDS.habits),
  /** Domain, bytes that were sent, names. */
  domains: tuplesSchema(BASELINE_BOUNDS.domains),
  volumes: z.strictObject({
    processes: historySchema,
    connections: historySchema,
    bytesSent: historySchema,
    bytesReceived: historySchema,
    files: historySchema,
    findings: historySchema,
    durationMs: historySchema,
  }),
  steps: z
    .array(
      z.strictObject({
        step: z
          .string()
          .max(100)
          .regex(/^[\x20-\x7e]*$/),
        processes: historySchema,
        connections: historySchema,
        bytesSent: historySchema,
      }),
    )
    .max(BASELINE_BOUNDS.steps),
  /** Source, the last runs as bits. */
  news: tuplesSchema(BASELINE_BOUNDS.sources),
});
export type BaselineDocument = z.infer<typeof baselineDocumentSchema>;
