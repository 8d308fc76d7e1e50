/**
 * Writes the JSON Schemas under docs/schema from the zod schemas. With --check it writes nothing and exits 1 when a
 * file there is out of date.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { z } from "zod";

import { alertSchema } from "../collector/alerting/sinks/webhook/alert.ts";
import { guardEventSchema, policySchema, reportSchema } from "../protocol/index.ts";

/**
 * The input of a policy is what people write, so defaults may be left out; events and reports are what is read. Whoever takes
 * alerts takes members that he does not know, too.
 */
const SOURCES = [
  { name: "policy", title: "Runner Guard policy", schema: policySchema, io: "input" },
  { name: "event", title: "Runner Guard event", schema: guardEventSchema, io: "output" },
  { name: "report", title: "Runner Guard report", schema: reportSchema, io: "output" },
  { name: "alert", title: "Runner Guard alert", schema: alertSchema, io: "input" },
] as const;

export interface GeneratedSchema {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

export function generateSchemas(): GeneratedSchema[] {
  return SOURCES.map(({ name, title, schema, io }) => {
    const { $schema, ...body } = z.toJSONSchema(schema, { target: "draft-2020-12", io });
    const document = { $schema, $id: `urn:runner-guard:schema:${name}:1`, title, ...body };
    return {
      path: `docs/schema/${name}.schema.json`,
      text: `${JSON.stringify(document, null, 2)}\n`,
    };
  });
}

/** Gives back the exit status. */
function run(isCheck: boolean): number {
  const root = new URL("../", import.meta.url);
  const outdated = generateSchemas().filter(
    ({ path, text }) => readIfThere(new URL(path, root)) !== text,
  );
  for (const { path, text } of outdated) {
    if (isCheck)
      process.stderr.write(`${path} is out of date: run node scripts/generate-schemas.ts\n`);
    else writeFileSync(new URL(path, root), text);
  }
  return isCheck && outdated.length > 0 ? 1 : 0;
}

function readIfThere(file: URL): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = run(process.argv.includes("--check"));
}
