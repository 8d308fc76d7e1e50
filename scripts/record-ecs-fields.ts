/**
 * Writes what the Elastic Common Schema says of the fields that exported events and alerts have, for the test that holds the events against it. Takes the
 * schema from the package in which Elastic publishes it. Fails for a field that the schema does not have.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { z } from "zod";

import { toRecord } from "../collector/alerting/sinks/siem/to-record.ts";
import { toEcs } from "../collector/export/ecs.ts";
import { SAMPLE } from "../test/collector/alerting/sinks/support/sample-notification.ts";
import { listFields } from "../test/collector/export/list-fields.ts";
import { ALL_SAMPLES, SAMPLE_RUN } from "../test/collector/export/sample-events.ts";

/** Its newest one of the version that events say they have. */
const PACKAGE = "@elastic/ecs@8.11.5";
const FILE = join(import.meta.dirname, "../test/collector/export/ecs-fields.json");

const fieldSchema = z.object({
  type: z.string(),
  normalize: z.array(z.string()),
  required: z.boolean().optional(),
  allowed_values: z
    .array(z.object({ name: z.string(), expected_event_types: z.array(z.string()).optional() }))
    .optional(),
  expected_values: z.array(z.string()).optional(),
});
const schemaModuleSchema = z.object({ EcsFlat: z.record(z.string(), fieldSchema) });

const fields = await readSchema();
const used = [
  ...ALL_SAMPLES.map((event) => toEcs(event, SAMPLE_RUN)),
  toRecord(SAMPLE, "ecs"),
].flatMap((told) => listFields(told));
const names = [...new Set([...used, ...listRequired()])].toSorted();
const recorded = Object.fromEntries(
  names.filter((name) => !name.startsWith("runner_guard.")).map((name) => [name, record(name)]),
);
writeFileSync(FILE, `${JSON.stringify({ source: PACKAGE, fields: recorded }, undefined, 2)}\n`);

function record(name: string): object {
  // Of labels each is the sender's own, and no field.
  const field = fields[name.startsWith("labels.") ? "labels" : name];
  if (field === undefined) throw new Error(`${name} is no field of ${PACKAGE}`);
  const { type, normalize, required, allowed_values: allowed, expected_values: values } = field;
  return {
    type: name.startsWith("labels.") ? "keyword" : type,
    ...(normalize.includes("array") && { isArray: true }),
    ...(required === true && { isRequired: true }),
    ...(values !== undefined && { values }),
    ...(allowed !== undefined && { values: allowed.map((value) => value.name) }),
    ...(allowed?.some((value) => value.expected_event_types !== undefined) && {
      eventTypes: Object.fromEntries(
        allowed.map((value) => [value.name, value.expected_event_types ?? []]),
      ),
    }),
  };
}

function listRequired(): readonly string[] {
  return Object.keys(fields).filter((name) => fields[name]?.required === true);
}

async function readSchema() {
  const folder = mkdtempSync(join(tmpdir(), "ecs-"));
  try {
    const run = (command: string, ...args: readonly string[]) =>
      execFileSync(command, args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
    const packed = run("npm", "pack", PACKAGE).toString().trim().split("\n").at(-1) ?? "";
    run("tar", "xzf", packed);
    const schema: unknown = await import(join(folder, "package/generated/ecs_flat.ts"));
    return schemaModuleSchema.parse(schema).EcsFlat;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
