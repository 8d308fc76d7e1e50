/** What a guard told of one honest build: folders and random names have placeholders, repeats are thinned out. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { z } from "zod";

import { fileOperationSchema } from "../../protocol/events.ts";
import { transportSchema } from "../../protocol/primitives.ts";

export const RECORDINGS = fileURLToPath(new URL("recordings/", import.meta.url));

/** Milliseconds are since the command began; processes are numbered from 0. */
export const recordingSchema = z.strictObject({
  name: z.string(),
  lastedMs: z.number(),
  processes: z.array(
    z.strictObject({
      process: z.int(),
      /** Null: what the guard itself started. */
      parent: z.int().nullable(),
      atMs: z.number(),
      executed: z.boolean(),
      executable: z.string(),
      args: z.array(z.string()),
      script: z.string().optional(),
      folder: z.string().nullable(),
    }),
  ),
  connections: z.array(
    z.strictObject({
      process: z.int(),
      atMs: z.number(),
      transport: transportSchema,
      /** Of a Unix socket a path. */
      to: z.string(),
      port: z.int().optional(),
      count: z.int(),
      bytesSent: z.int(),
      bytesReceived: z.int(),
    }),
  ),
  files: z.array(
    z.strictObject({
      process: z.int(),
      atMs: z.number(),
      operation: fileOperationSchema,
      path: z.string(),
      count: z.int(),
    }),
  ),
});
export type Recording = z.infer<typeof recordingSchema>;

/** By name. */
export function readRecordings(): ReadonlyMap<string, Recording> {
  const files = readdirSync(RECORDINGS).filter((name) => name.endsWith(".jsonl"));
  return new Map(
    files.map((file) => {
      const text = readFileSync(join(RECORDINGS, file), "utf8");
      return [file.replace(/\.jsonl$/, ""), recordingSchema.parse(JSON.parse(text))] as const;
    }),
  );
}
