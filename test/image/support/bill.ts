/**
 * A bill of materials as CycloneDX 1.6 has it (https://cyclonedx.org/docs/1.6/json/), of its members those that ours has and no other: what this takes,
 * the whole schema takes.
 */
import { z } from "zod";

const licenceSchema = z.union([
  z.strictObject({ license: z.strictObject({ id: z.string().regex(/^[A-Za-z\d.+-]+$/) }) }),
  z.strictObject({ expression: z.string().regex(/^[A-Za-z\d.+() -]+$/) }),
]);
const purlSchema = z.string().regex(/^pkg:(?:npm|deb\/debian|generic)\/[^\s@]+@[^\s@]+$/);
const hashSchema = z.strictObject({
  alg: z.literal("SHA-512"),
  content: z.string().regex(/^[\da-f]{128}$/),
});
const partSchema = z.strictObject({
  type: z.literal("library"),
  name: z.string().min(1),
  version: z.string().min(1),
});
const componentSchema = z.strictObject({
  type: z.enum(["library", "application"]),
  "bom-ref": z.string().min(1),
  group: z.string().min(1).optional(),
  name: z.string().min(1),
  version: z.string().min(1),
  description: z.string().optional(),
  hashes: z.array(hashSchema).optional(),
  licenses: z.array(licenceSchema).max(1).optional(),
  purl: purlSchema,
  components: z.array(partSchema).optional(),
});

export const billSchema = z.strictObject({
  $schema: z.literal("http://cyclonedx.org/schema/bom-1.6.schema.json"),
  bomFormat: z.literal("CycloneDX"),
  specVersion: z.literal("1.6"),
  version: z.literal(1),
  metadata: z.strictObject({ component: componentSchema }),
  components: z.array(componentSchema),
  dependencies: z.array(
    z.strictObject({ ref: z.string().min(1), dependsOn: z.array(z.string().min(1)) }),
  ),
});
