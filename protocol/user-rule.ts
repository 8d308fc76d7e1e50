/** A rule that a policy brings itself: which observation it looks at, and what has to be so. */
import { z } from "zod";

import { responseSchema, severitySchema } from "./primitives.ts";

const MAX_TEXT_LENGTH = 1_000;
const MAX_VALUES = 1_000;
const MAX_PARTS = 64;
const MAX_DEPTH = 8;
const MAX_CONDITIONS = 256;

const text = z.string().min(1).max(MAX_TEXT_LENGTH);
const oneOrMore = z.union([text, z.array(text).min(1).max(MAX_VALUES)]);

/** Of several operators all have to hold; of several texts one. */
const textOperatorsSchema = z
  .strictObject({
    equals: oneOrMore.optional(),
    glob: oneOrMore.optional(),
    prefix: oneOrMore.optional(),
    suffix: oneOrMore.optional(),
    contains: oneOrMore.optional(),
  })
  .refine((operators) => Object.keys(operators).length > 0, {
    error: "is empty: write one of equals, glob, prefix, suffix, contains",
  });

const textMatch = z.union([text, z.array(text).min(1).max(MAX_VALUES), textOperatorsSchema]);
const numberMatch = z.union([z.int(), z.array(z.int()).min(1).max(MAX_VALUES)]);
export type TextMatch = z.infer<typeof textMatch>;
export type NumberMatch = z.infer<typeof numberMatch>;

const PROCESS_FIELDS = {
  "process.executable": textMatch.optional(),
  "process.name": textMatch.optional(),
  "process.args": textMatch.optional(),
  "process.working_directory": textMatch.optional(),
  "process.parent.executable": textMatch.optional(),
  "process.parent.name": textMatch.optional(),
  "process.parent.args": textMatch.optional(),
  "process.ancestor.name": textMatch.optional(),
  "user.id": numberMatch.optional(),
  step: textMatch.optional(),
};
const OWN_FIELDS = {
  process: {},
  connection: {
    "destination.ip": textMatch.optional(),
    "destination.domain": textMatch.optional(),
    "destination.port": numberMatch.optional(),
    "network.transport": textMatch.optional(),
  },
  "dns-query": {
    "dns.question.name": textMatch.optional(),
    "dns.question.type": textMatch.optional(),
  },
  file: { "file.path": textMatch.optional(), "file.operation": textMatch.optional() },
};

const fieldsSchema = z.strictObject({
  ...PROCESS_FIELDS,
  ...OWN_FIELDS.connection,
  ...OWN_FIELDS["dns-query"],
  ...OWN_FIELDS.file,
});

/** Several keys: all of them have to hold. */
export interface Condition extends z.infer<typeof fieldsSchema> {
  readonly any?: readonly Condition[] | undefined;
  readonly all?: readonly Condition[] | undefined;
  readonly not?: Condition | undefined;
}

const conditionSchema: z.ZodType<Condition> = z.lazy(() =>
  z.strictObject({
    ...fieldsSchema.shape,
    any: z.array(conditionSchema).min(1).max(MAX_PARTS).optional(),
    all: z.array(conditionSchema).min(1).max(MAX_PARTS).optional(),
    not: conditionSchema.optional(),
  }),
);
export const CONDITION_KEYS = [...Object.keys(fieldsSchema.shape), "any", "all", "not"];

const userRuleKindSchema = z.enum([
  "process",
  "connection",
  "dns-query",
  "file",
  "file-read",
  "memory-access",
  "privileged-operation",
]);
type UserRuleKind = z.infer<typeof userRuleKindSchema>;

export const userRuleSchema = z
  .strictObject({
    title: z.string().min(1).max(100).describe("Three words or so: what findings are called."),
    severity: severitySchema.default("medium").describe("Default: medium."),
    response: responseSchema.default("report").describe("Default: report."),
    on: userRuleKindSchema.describe("What it looks at."),
    when: conditionSchema.describe("What has to be so. Several keys: all of them."),
  })
  .superRefine(({ on, when }, context) => {
    for (const { message, path } of findMistakes(when, { kind: on, path: ["when"] })) {
      context.addIssue({ code: "custom", message, path: [...path] });
    }
  });
export type UserRule = z.infer<typeof userRuleSchema>;

interface Mistake {
  readonly message: string;
  readonly path: readonly (string | number)[];
}

function findMistakes(
  when: Condition,
  { kind, path }: { readonly kind: UserRuleKind; readonly path: Mistake["path"] },
): Mistake[] {
  const known = new Set(["any", "all", "not", ...toFields(kind)]);
  const mistakes: Mistake[] = [];
  let conditions = 0;
  const walk = (condition: Condition, at: Mistake["path"], depth: number): void => {
    conditions += 1;
    const add = (message: string, key?: string) =>
      mistakes.push({ message, path: key === undefined ? at : [...at, key] });
    if (depth > MAX_DEPTH) return void add(`is nested deeper than ${MAX_DEPTH} conditions`);
    const keys = Object.keys(condition);
    if (keys.length === 0) add("is empty: write any, all, not, or a field such as process.name");
    for (const key of keys.filter((one) => !known.has(one))) {
      add(`is nothing that on: ${kind} has: it has ${toFields(kind).join(", ")}`, key);
    }
    for (const list of ["any", "all"] as const) {
      for (const [index, part] of (condition[list] ?? []).entries()) {
        walk(part, [...at, list, index], depth + 1);
      }
    }
    if (condition.not !== undefined) walk(condition.not, [...at, "not"], depth + 1);
  };
  walk(when, path, 1);
  if (conditions > MAX_CONDITIONS) {
    mistakes.push({ message: `has more than ${MAX_CONDITIONS} conditions`, path });
  }
  return mistakes;
}

function toFields(kind: UserRuleKind): string[] {
  const own =
    kind === "file-read"
      ? ["file.path"]
      : kind === "process" || kind === "connection" || kind === "dns-query" || kind === "file"
        ? Object.keys(OWN_FIELDS[kind])
        : [];
  return [...Object.keys(PROCESS_FIELDS), ...own];
}
