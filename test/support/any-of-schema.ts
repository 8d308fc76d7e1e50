/** Values that a zod schema takes, and such as are a little off, for property tests. */
import {
  type Arbitrary,
  array,
  boolean,
  constant,
  constantFrom,
  dictionary,
  double,
  integer,
  jsonValue,
  nat,
  oneof,
  record,
  string,
  stringMatching,
  tuple,
} from "fast-check";
import { z } from "zod";

interface Shape {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly propertyNames?: Shape;
  readonly additionalProperties?: Shape | boolean;
}

export function anyOfSchema(schema: z.ZodType): Arbitrary<unknown> {
  const shape: Shape = JSON.parse(JSON.stringify(z.toJSONSchema(schema)));
  return anyOf(shape);
}

/** One member of it, however deep, is missing, another value, or there twice under another name. */
export function anyBroken(valid: Arbitrary<unknown>): Arbitrary<unknown> {
  return tuple(valid, nat(), oneof(constant(MISSING), jsonValue(), constant(-1))).map(
    ([value, which, replacement]) => {
      const copy: unknown = structuredClone(value);
      const places = listPlaces(copy);
      const place = places[which % Math.max(places.length, 1)];
      if (place === undefined) return replacement;
      if (replacement === MISSING) Reflect.deleteProperty(place.holder, place.name);
      else Reflect.set(place.holder, place.name, replacement);
      return copy;
    },
  );
}

const MISSING = Symbol("missing");

interface Place {
  readonly holder: object;
  readonly name: string;
}

function listPlaces(value: unknown): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const holder: object = value;
  return Object.entries(value).flatMap(([name, member]) => [
    { holder, name },
    ...listPlaces(member),
  ]);
}

function anyOf(shape: Shape): Arbitrary<unknown> {
  const choices = shape.oneOf ?? shape.anyOf;
  if (choices !== undefined) return oneof(...choices.map(anyOf));
  if (shape.const !== undefined) return constant(shape.const);
  if (shape.enum !== undefined) return constantFrom(...shape.enum);
  switch (shape.type ?? "") {
    case "string":
      return shape.pattern === undefined
        ? string({ unit: "grapheme" })
        : stringMatching(new RegExp(shape.pattern));
    case "integer":
      return integer({ min: lowest(shape), max: Math.min(shape.maximum ?? 0, 2 ** 31 - 1) });
    case "number":
      return double({ min: shape.minimum ?? 0, noNaN: true, noDefaultInfinity: true });
    case "boolean":
      return boolean();
    case "null":
      return constant(null);
    case "array":
      return array(anyOf(shape.items ?? {}), { maxLength: 3 });
    case "object":
      return anyObject(shape);
    default:
      return Array.isArray(shape.type)
        ? oneof(...shape.type.map((type: string) => anyOf({ ...shape, type })))
        : jsonValue();
  }
}

function lowest({ minimum = 0, exclusiveMinimum }: Shape): number {
  return exclusiveMinimum === undefined ? Math.max(minimum, -(2 ** 31)) : exclusiveMinimum + 1;
}

function anyObject(shape: Shape): Arbitrary<unknown> {
  if (shape.properties === undefined) {
    const values = typeof shape.additionalProperties === "object" ? shape.additionalProperties : {};
    return dictionary(anyName(shape.propertyNames), anyOf(values), { maxKeys: 3 });
  }
  const members = Object.entries(shape.properties).map(([name, of]) => [name, anyOf(of)] as const);
  return record(Object.fromEntries(members), { requiredKeys: [...(shape.required ?? [])] });
}

function anyName(names: Shape | undefined): Arbitrary<string> {
  return names?.enum === undefined ? string() : constantFrom(...names.enum.map(String));
}
