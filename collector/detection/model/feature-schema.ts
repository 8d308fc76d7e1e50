/** Features as they stand in documents that anybody may have written. */
import { isIP } from "node:net";

import { z } from "zod";

import { BASELINE_BOUNDS } from "./baseline.ts";
import type { Feature } from "./feature.ts";
import { VOLUMES } from "./volumes.ts";

const MAX_CHARACTERS = 400;
/** What is none stands between the texts of a key. */
const PRINTABLE = /^[\x20-\x7e]*$/;

export function isPlainText(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_CHARACTERS && PRINTABLE.test(value);
}

const plainTextSchema = z.string().max(MAX_CHARACTERS).regex(PRINTABLE);
const portSchema = z.int().min(0).max(65_535);

const featureSchema: z.ZodType<Feature> = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("destination"),
    program: plainTextSchema,
    domain: plainTextSchema,
    port: portSchema,
    transport: plainTextSchema,
  }),
  z.strictObject({ kind: z.literal("name"), domain: plainTextSchema, name: plainTextSchema }),
  z.strictObject({ kind: z.literal("process"), parent: plainTextSchema, program: plainTextSchema }),
  z.strictObject({ kind: z.literal("file"), place: plainTextSchema }),
  z.strictObject({ kind: z.literal("signal"), signal: plainTextSchema }),
]);

const MAX_FEATURES = 128;
const MAX_VOLUMES = 16;

export const anomalyCauseSchema = z.strictObject({
  features: z.array(featureSchema).max(MAX_FEATURES),
  volumes: z
    .array(
      z.strictObject({
        volume: z.enum([...VOLUMES, "domainBytesSent", "domainNames"]),
        domain: plainTextSchema.optional(),
        value: z.number().nonnegative(),
      }),
    )
    .max(MAX_VOLUMES),
  addresses: z
    .array(z.string().refine((text) => isIP(text) !== 0))
    .max(BASELINE_BOUNDS.addresses)
    .optional(),
});
