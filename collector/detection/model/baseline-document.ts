/** How a baseline stands on disk and in exports: tuples, since there are many of them. */
import { z } from "zod";

import { BASELINE_BOUNDS } from "./baseline.ts";
import { plainTextSchema as text, portSchema } from "./feature-schema.ts";

export const BASELINE_VERSION = 1;

const countSchema = z.int().nonnegative();
/** Fifty-three doublings are all that a number has. */
const stepsSchema = z.int().min(0).max(256);
const historySchema = z.array(stepsSchema).max(BASELINE_BOUNDS.history);
/** Between a kind of source and its name stands a zero. */
const sourceSchema = z
  .string()
  .max(800)
  .regex(/^[\0\x20-\x7e]*$/);
/** Of a habit: in how many runs it was seen, and in which it was last. */
const SEEN = [countSchema, countSchema] as const;
const MAX = BASELINE_BOUNDS.habits;

export const baselineDocumentSchema = z.strictObject({
  version: z.literal(BASELINE_VERSION),
  runs: countSchema,
  updatedAt: countSchema,
  quietRuns: countSchema,
  /** Program, domain, port, transport. */
  destinations: z.array(z.tuple([text, text, portSchema, text, ...SEEN])).max(MAX),
  /** Domain, name, and the name in full where it was always the same. */
  names: z.array(z.tuple([text, text, text.nullable(), ...SEEN])).max(MAX),
  /** Parent, program. */
  processes: z.array(z.tuple([text, text, ...SEEN])).max(MAX),
  files: z.array(z.tuple([text, ...SEEN])).max(MAX),
  signals: z.array(z.tuple([text, ...SEEN])).max(MAX),
  /** Domain, bytes that were sent, names. */
  domains: z.array(z.tuple([text, stepsSchema, stepsSchema])).max(BASELINE_BOUNDS.domains),
  volumes: z.strictObject({
    processes: historySchema,
    connections: historySchema,
    bytesSent: historySchema,
    bytesReceived: historySchema,
    files: historySchema,
    findings: historySchema,
    durationMs: historySchema,
  }),
  /** Step, processes, connections, bytes that were sent. */
  steps: z
    .array(z.tuple([text, historySchema, historySchema, historySchema]))
    .max(BASELINE_BOUNDS.steps),
  news: z
    .array(z.tuple([sourceSchema, z.int().min(1).max(0xffff_ffff)]))
    .max(BASELINE_BOUNDS.sources),
});
export type BaselineDocument = z.infer<typeof baselineDocumentSchema>;
