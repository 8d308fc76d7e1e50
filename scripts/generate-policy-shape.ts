/**
 * Writes agent/policy/policy-shape.ts from the zod schema of policies: what a guard reads a policy by that a program has written.
 * With --check it writes nothing and exits 1 when the file is out of date.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { z } from "zod";

import type { MemberShape, Shape } from "../agent/policy/shape.ts";
import { policySchema } from "../protocol/index.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OUTPUT = "agent/policy/policy-shape.ts";
const FORMATTER = "node_modules/oxfmt/bin/oxfmt";

/** What `z.toJSONSchema` writes of a policy's parts. */
interface JsonSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | false;
  readonly default?: unknown;
}

/** What is read here; a schema that says more is one that this would not hold anybody to. */
const KNOWN: ReadonlySet<string> = new Set(
  (
    "$schema $defs description type const enum minimum maximum minLength maxLength items maxItems " +
    "properties required additionalProperties propertyNames anyOf default"
  ).split(" "),
);

export function generatePolicyShape(): string {
  const schema = z.toJSONSchema(policySchema, { target: "draft-2020-12", io: "input" });
  const shape = toShape(JSON.parse(JSON.stringify(schema)));
  return `/** Written by scripts/generate-policy-shape.ts from protocol/policy.ts: \`npm run schema\` writes it anew. */
import type { Shape } from "./shape.ts";

/** Without rules of the policy's own, whose conditions are a schema's to read. */
export const POLICY_SHAPE: Shape = ${JSON.stringify(shape)};
`;
}

function toShape(schema: JsonSchema): Shape {
  const unknown = Object.keys(schema).find((key) => !KNOWN.has(key));
  if (unknown !== undefined)
    throw new Error(`a policy's schema says ${unknown}, which no shape has`);
  const { minimum, maximum, minLength = 0, maxLength = Infinity, maxItems = Infinity } = schema;
  if (schema.anyOf !== undefined) {
    return { type: "either", of: schema.anyOf.filter(isBuiltIn).map(toShape) };
  }
  if (typeof schema.const === "number") {
    return { type: "whole", min: schema.const, max: schema.const };
  }
  const words = typeof schema.const === "string" ? [schema.const] : schema.enum;
  switch (schema.type ?? "") {
    case "string":
      return words === undefined
        ? { type: "text", min: minLength, max: toBound(maxLength) }
        : { type: "word", words: words.map(String) };
    case "integer":
      return { type: "whole", min: toBound(minimum), max: toBound(maximum) };
    case "boolean":
      return { type: "flag" };
    case "array":
      return { type: "list", of: toShape(schema.items ?? {}), max: toBound(maxItems) };
    case "object":
      return schema.properties === undefined
        ? { type: "named", of: toShape(schema.additionalProperties || {}) }
        : { type: "members", members: toMembers(schema) };
    default:
      throw new Error(`a shape that the generator does not know: ${JSON.stringify(schema)}`);
  }
}

/** Rules of the policy's own have conditions. */
function isBuiltIn({ properties = {} }: JsonSchema): boolean {
  return !("when" in properties);
}

function toMembers({
  properties = {},
  required = [],
  additionalProperties,
}: JsonSchema): Readonly<Record<string, MemberShape>> {
  if (additionalProperties !== false) throw new Error("an object of a policy takes any member");
  const members = Object.entries(properties).map(([name, schema]): [string, MemberShape] => [
    name,
    {
      of: toShape(schema),
      ...(schema.default !== undefined && { default: schema.default }),
      ...(required.includes(name) && { isRequired: true }),
    },
  ]);
  return Object.fromEntries(members);
}

function toBound(bound: number | undefined): number {
  if (bound !== undefined && Number.isSafeInteger(bound)) return bound;
  throw new Error("a text, a number or a list of a policy has no bound");
}

/** Gives back the exit status. */
function run(isCheck: boolean): number {
  const text = format(generatePolicyShape());
  if (readFileSync(`${ROOT}/${OUTPUT}`, "utf8") === text) return 0;
  if (isCheck) process.stderr.write(`${OUTPUT} is out of date: run npm run schema\n`);
  else writeFileSync(`${ROOT}/${OUTPUT}`, text);
  return isCheck ? 1 : 0;
}

/** As the repository's formatter has it. */
function format(input: string): string {
  const { stdout, status, stderr } = spawnSync(
    process.execPath,
    [FORMATTER, `--stdin-filepath=${OUTPUT}`],
    { cwd: ROOT, input, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`the formatter refused what was written: ${stderr}`);
  return stdout;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = run(process.argv.includes("--check"));
}
