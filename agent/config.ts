/** The one place that knows the agent's options: as flags, as RUNNER_GUARD_* variables, and in docs/configuration.md. */
import { z } from "zod";

import { enforcementModeSchema, failOnSchema } from "../protocol/index.ts";
import { AgentError } from "./errors.ts";

const MIN_SAMPLE_PERIOD_MS = 50;
const MAX_SAMPLE_PERIOD_MS = 10_000;

const list = <Item extends z.ZodType>(item: Item) =>
  z.preprocess(
    (value) => (typeof value === "string" ? value.split(",").map((part) => part.trim()) : value),
    z.array(item),
  );

export const requirementSchema = z.enum(["kernel", "enforcement"]);

/** Every field is a flag `--like-this` and a variable `RUNNER_GUARD_LIKE_THIS`; the flag wins. */
export const runConfigSchema = z.object({
  policy: z.string().min(1).optional().describe("Policy file (YAML or JSON). Default: everything is allowed and reported."),
  mode: enforcementModeSchema
    .optional()
    .describe("audit or block; wins over the policy's egress.mode. Default: the policy's, or audit."),
  sensor: z
    .enum(["auto", "kernel", "proc"])
    .default("auto")
    .describe("What to watch with: kernel (eBPF), proc (samples of /proc), or the best that works. Default: auto."),
  report: z.string().min(1).optional().describe("Write the report to this file as JSON."),
  summary: z.string().min(1).optional().describe("Append the summary to this file as Markdown."),
  quiet: z
    .union([z.boolean(), z.stringbool()])
    .default(false)
    .describe("No summary on standard error. Errors and warnings stay."),
  failOn: list(failOnSchema)
    .optional()
    .describe("Exit with 86 on: violation, degraded (comma between several); wins over the policy's fail-on."),
  require: list(requirementSchema)
    .default([])
    .describe("Start nothing (exit 69) unless these are in force: kernel, enforcement (comma between several)."),
  samplePeriodMs: z.coerce
    .number()
    .int()
    .min(MIN_SAMPLE_PERIOD_MS)
    .max(MAX_SAMPLE_PERIOD_MS)
    .default(250)
    .describe("Milliseconds between samples of the proc sensor, 50 to 10000. Default: 250."),
});
export type RunConfig = z.infer<typeof runConfigSchema>;

type Name = keyof typeof runConfigSchema.shape;

export function toVariableName(name: string): string {
  return `RUNNER_GUARD_${toWords(name).join("_").toUpperCase()}`;
}

export function toFlag(name: string): string {
  return `--${toWords(name).join("-")}`;
}

/** Throws `usage` with one sentence that names the flag or variable, what it holds and what it may hold. */
export function parseRunConfig(
  flags: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string | undefined>>,
): RunConfig {
  const given: Record<string, unknown> = {};
  const origin = new Map<string, string>();
  for (const name of runConfigSchema.keyof().options) {
    const variable = toVariableName(name);
    const [value, from] =
      flags[name] === undefined ? [environment[variable] || undefined, variable] : [flags[name], toFlag(name)];
    if (value === undefined) continue;
    given[name] = value;
    origin.set(name, from);
  }
  const parsed = runConfigSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? "");
  throw new AgentError(
    "usage",
    `${origin.get(name) ?? name}: ${JSON.stringify(given[name])} is not possible; ${describe(name)}`,
  );
}

function describe(name: string): string {
  return isName(name) ? (runConfigSchema.shape[name].description ?? "") : "";
}

function isName(name: string): name is Name {
  return name in runConfigSchema.shape;
}

function toWords(name: string): string[] {
  return name.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
}
