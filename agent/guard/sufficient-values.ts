import type { Condition } from "../../protocol/index.ts";

interface FieldValue {
  readonly field: string;
  readonly value: string;
}

/** Exact values of single fields of which each one is enough for the condition to hold. There may be others. */
export function toSufficientValues({ any, all, not, ...fields }: Condition): FieldValue[] {
  const given = Object.entries(fields).filter(([, match]) => match !== undefined);
  const parts = given.length + [any, all, not].filter((part) => part !== undefined).length;
  if (parts !== 1) return [];
  if (any !== undefined) return any.flatMap(toSufficientValues);
  const [inner] = all ?? [];
  if (all !== undefined) return all.length === 1 && inner ? toSufficientValues(inner) : [];
  return given.flatMap(([field, match]) => toTexts(match).map((value) => ({ field, value })));
}

function toTexts(match: unknown): string[] {
  if (typeof match === "object" && match !== null && !Array.isArray(match)) {
    const keys = Object.keys(match);
    return "equals" in match && keys.length === 1 ? toStrings(match.equals) : [];
  }
  // Plain text with a star is a glob.
  return toStrings(match).filter((text) => !text.includes("*"));
}

function toStrings(values: unknown): string[] {
  return [values].flat().filter((value) => typeof value === "string");
}
