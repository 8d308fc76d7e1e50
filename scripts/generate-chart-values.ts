/**
 * Writes the table of values in the Helm chart's README from its values.yaml and values.schema.json. With --check it writes nothing and
 * exits 1 when the page is out of date.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { parse } from "yaml";
import { z } from "zod";

import { type Place, putBetween, toCell, toTable } from "./docs/page-table.ts";

const CHART = "deploy/helm/runner-guard-collector";
const PLACE: Place = {
  page: `${CHART}/README.md`,
  begin: "<!-- Values, from values.yaml and values.schema.json by `npm run docs:chart` -->\n",
  end: "<!-- End of values -->\n",
};

const schemaSchema = z.looseObject({
  description: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
});

/** The page with the table of today. Throws when the page has no place for it. */
export function updateChartValues(page: string): string {
  const values: unknown = parse(read(`${CHART}/values.yaml`));
  const schema: unknown = JSON.parse(read(`${CHART}/values.schema.json`));
  const rows = listRows(schema, values, "");
  return putBetween(PLACE, page, toTable([["value", "default", "meaning"], ...rows]));
}

/** A table whose members all have to be there is gone into; any other one is a value by itself. */
function listRows(schema: unknown, value: unknown, path: string): string[][] {
  const { description = "", properties = {}, required = [] } = schemaSchema.parse(schema);
  if (required.length === 0)
    return [[`\`${path}\``, `\`${JSON.stringify(value)}\``, toCell(description)]];
  const members = z.record(z.string(), z.unknown()).parse(value);
  return required.flatMap((name) =>
    listRows(properties[name], members[name], path === "" ? name : `${path}.${name}`),
  );
}

function read(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
}

/** Gives back the exit status. */
function run(isCheck: boolean): number {
  const page = read(PLACE.page);
  const updated = updateChartValues(page);
  if (updated === page) return 0;
  if (!isCheck) {
    writeFileSync(new URL(`../${PLACE.page}`, import.meta.url), updated);
    return 0;
  }
  process.stderr.write(`${PLACE.page} is out of date: npm run docs:chart\n`);
  return 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = run(process.argv.includes("--check"));
}
