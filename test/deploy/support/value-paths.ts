/** Places in values: the keys, and indexes, that lead there. */
import { z } from "zod";

export type Path = readonly (string | number)[];

const tableSchema = z.record(z.string(), z.unknown());
const listSchema = z.array(z.unknown());

/** All that are no tables and no lists with something in them. */
export function leavesOf(value: unknown): Path[] {
  const inside = entriesOf(value);
  if (inside.length === 0) return [[]];
  return inside.flatMap(([key, member]) => leavesOf(member).map((path) => [key, ...path]));
}

export function valueAt(value: unknown, [key, ...rest]: Path): unknown {
  if (key === undefined) return value;
  const member = entriesOf(value).find(([name]) => name === key)?.[1];
  return valueAt(member, rest);
}

export function withValue(value: unknown, [key, ...rest]: Path, placed: unknown): unknown {
  if (key === undefined) return placed;
  const member = withValue(valueAt(value, [key]), rest, placed);
  if (typeof key === "number") return listSchema.parse(value).with(key, member);
  return { ...tableSchema.parse(value), [key]: member };
}

function entriesOf(value: unknown): [string | number, unknown][] {
  if (Array.isArray(value)) return listSchema.parse(value).map((member, index) => [index, member]);
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}
