/** Holds an event against what the Elastic Common Schema says of its fields. */
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";

import { z } from "zod";

const fieldSchema = z.strictObject({
  type: z.enum(["date", "keyword", "match_only_text", "long", "ip", "object"]),
  isArray: z.boolean().optional(),
  isRequired: z.boolean().optional(),
  values: z.array(z.string()).optional(),
  /** Of a category, the types that go with it. */
  eventTypes: z.record(z.string(), z.array(z.string())).optional(),
});
type Field = z.infer<typeof fieldSchema>;

const { fields: FIELDS } = z
  .object({ fields: z.record(z.string(), fieldSchema) })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, "ecs-fields.json"), "utf8")));

/** What is the sender's own, in whichever form. */
const OWN = "runner_guard";

const IS_OF_TYPE: Readonly<Record<Field["type"], (value: unknown) => boolean>> = {
  date: (value) => typeof value === "string" && !Number.isNaN(Date.parse(value)),
  keyword: (value) => typeof value === "string",
  match_only_text: (value) => typeof value === "string",
  long: (value) => Number.isSafeInteger(value),
  ip: (value) => typeof value === "string" && isIP(value) !== 0,
  object: (value) => typeof value === "object" && value !== null,
};

export function listEcsFaults(event: Readonly<Record<string, unknown>>): readonly string[] {
  const { [OWN]: _, ...told } = event;
  const leaves = listLeaves(told, "");
  const missing = Object.entries(FIELDS)
    .filter(([, { isRequired }]) => isRequired)
    .filter(([name]) => !leaves.some((leaf) => leaf.name === name))
    .map(([name]) => `${name} is missing`);
  return [...missing, ...leaves.flatMap(listFaultsOfLeaf), ...listWrongTypes(event)];
}

interface Leaf {
  readonly name: string;
  readonly value: unknown;
}

/** A list of objects is told as its objects; any other list is one leaf. */
function listLeaves(value: unknown, name: string): readonly Leaf[] {
  const isList = Array.isArray(value);
  if (isList && value.every((item) => typeof item === "object") && value.length > 0) {
    return value.flatMap((item) => listLeaves(item, name));
  }
  if (isList || typeof value !== "object" || value === null) return [{ name, value }];
  return Object.entries(value).flatMap(([key, member]) =>
    listLeaves(member, name === "" ? key : `${name}.${key}`),
  );
}

function listFaultsOfLeaf({ name, value }: Leaf): readonly string[] {
  const field = FIELDS[name];
  if (field === undefined) {
    // An empty list of objects has no leaf below it.
    const isEmpty = Array.isArray(value) && value.length === 0;
    return isEmpty && Object.keys(FIELDS).some((known) => known.startsWith(`${name}.`))
      ? []
      : [`${name} is no field`];
  }
  if (Array.isArray(value) !== (field.isArray ?? false)) return [`${name}: a list, or none`];
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.flatMap((item) => {
    if (!IS_OF_TYPE[field.type](item)) return [`${name} is no ${field.type}: ${String(item)}`];
    const isAllowed = field.values?.includes(String(item)) ?? true;
    return isAllowed ? [] : [`${name} may not be ${String(item)}`];
  });
}

function listWrongTypes(event: Readonly<Record<string, unknown>>): readonly string[] {
  const { category, type } = z
    .object({ category: z.array(z.string()), type: z.array(z.string()) })
    .parse(event["event"]);
  const expected = FIELDS["event.category"]?.eventTypes ?? {};
  return category.flatMap((one) =>
    type
      .filter((kind) => !(expected[one] ?? []).includes(kind))
      .map((kind) => `${one} is never of type ${kind}`),
  );
}
