/** A rule that a policy brings itself: which observation it looks at, and what has to be so. */
import { z } from "zod";

import { responseSchema, severitySchema } from "./primitives.ts";
import { fieldsSchema, toFields, type UserRuleKind, userRuleKindSchema } from "./rule-fields.ts";

const MAX_PARTS = 64;
const MAX_DEPTH = 8;
const MAX_CONDITIONS = 256;

/** Several keys: all of them have to hold. */
export interface Condition extends z.infer<typeof fieldsSchema> {
  readonly any?: readonly Condition[] | undefined;
  readonly all?: readonly Condition[] | undefined;
  readonly not?: Condition | undefined;
}

const conditionSchema: z.ZodType<Condition> = z
  .lazy(() =>
    z.strictObject({
      ...fieldsSchema.shape,
      any: z.array(conditionSchema).min(1).max(MAX_PARTS).optional(),
      all: z.array(conditionSchema).min(1).max(MAX_PARTS).optional(),
      not: conditionSchema.optional(),
    }),
  )
  .meta({ id: "Condition" });
export const CONDITION_KEYS = [...Object.keys(fieldsSchema.shape), "any", "all", "not"];

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
