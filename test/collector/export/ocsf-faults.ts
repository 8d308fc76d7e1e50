/** Holds an event against what the Open Cybersecurity Schema Framework says of its class. */
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";

import { z } from "zod";

const attributeSchema = z.strictObject({
  /** Of a value, or the name of an object. */
  type: z.string(),
  isArray: z.boolean().optional(),
  isRequired: z.boolean().optional(),
  values: z.array(z.int()).optional(),
});
type Attribute = z.infer<typeof attributeSchema>;
const formSchema = z.strictObject({
  name: z.string().optional(),
  attributes: z.record(z.string(), attributeSchema),
  atLeastOne: z.array(z.string()).optional(),
});
type Form = z.infer<typeof formSchema>;
const schemaSchema = z.object({
  version: z.string(),
  classes: z.record(z.string(), formSchema),
  profiles: z.record(z.string(), formSchema),
  objects: z.record(z.string(), formSchema),
});

const SCHEMA = schemaSchema.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, "ocsf-attributes.json"), "utf8")),
);

const IS_OF_TYPE: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === "string",
  integer: (value) => Number.isSafeInteger(value),
  boolean: (value) => typeof value === "boolean",
  /** Milliseconds since 1970. */
  timestamp: (value) => Number.isSafeInteger(value) && Number(value) > 0,
  ip: (value) => typeof value === "string" && isIP(value) !== 0,
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
};

const headSchema = z.object({
  class_uid: z.int(),
  category_uid: z.int(),
  activity_id: z.int(),
  type_uid: z.int(),
  metadata: z.object({ version: z.string(), profiles: z.array(z.string()).optional() }),
});

export function listOcsfFaults(event: Readonly<Record<string, unknown>>): readonly string[] {
  const { class_uid: classUid, metadata, ...head } = headSchema.parse(event);
  const ofClass = SCHEMA.classes[classUid];
  if (ofClass === undefined) return [`${classUid} is no class`];
  const profiles = (metadata.profiles ?? []).map((name) => SCHEMA.profiles[name]?.attributes);
  const attributes = Object.assign({}, ...profiles, ofClass.attributes);
  return [
    ...(metadata.version === SCHEMA.version ? [] : [`version ${metadata.version}`]),
    ...(profiles.includes(undefined) ? ["a profile that there is not"] : []),
    ...(head.category_uid === Math.floor(classUid / 1_000) ? [] : ["another category"]),
    ...(head.type_uid === classUid * 100 + head.activity_id ? [] : ["another type"]),
    ...listFaults(event, { ...ofClass, attributes }, ofClass.name ?? ""),
  ];
}

function listFaults(told: object, form: Form, name: string): readonly string[] {
  const { attributes, atLeastOne } = form;
  const missing = Object.entries(attributes)
    .filter(([key, { isRequired }]) => isRequired && !(key in told))
    .map(([key]) => `${name}.${key} is missing`);
  const hasOne = atLeastOne?.some((key) => key in told) ?? true;
  return [
    ...missing,
    ...(hasOne ? [] : [`${name} has none of ${String(atLeastOne)}`]),
    ...Object.entries(told).flatMap(([key, value]) =>
      listFaultsOfAttribute(value, attributes[key], `${name}.${key}`),
    ),
  ];
}

function listFaultsOfAttribute(
  value: unknown,
  attribute: Attribute | undefined,
  name: string,
): readonly string[] {
  if (attribute === undefined) return [`${name} is no attribute`];
  if (Array.isArray(value) !== (attribute.isArray ?? false)) return [`${name}: a list, or none`];
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.flatMap((item) => {
    const form = SCHEMA.objects[attribute.type];
    if (form !== undefined) {
      return typeof item === "object" && item !== null
        ? listFaults(item, form, name)
        : [`${name} is no ${attribute.type}`];
    }
    const isOfType = IS_OF_TYPE[attribute.type]?.(item) ?? false;
    if (!isOfType) return [`${name} is no ${attribute.type}: ${String(item)}`];
    const isAllowed = attribute.values?.includes(Number(item)) ?? true;
    return isAllowed ? [] : [`${name} may not be ${String(item)}`];
  });
}
