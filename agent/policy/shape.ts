/** What a value has to look like, as data: checked without the library that schemas are written for, which takes long to load. */
export type Shape =
  | { readonly type: "text"; readonly min: number; readonly max: number }
  | { readonly type: "word"; readonly words: readonly string[] }
  | { readonly type: "whole"; readonly min: number; readonly max: number }
  | { readonly type: "flag" }
  | { readonly type: "list"; readonly of: Shape; readonly max: number }
  | { readonly type: "members"; readonly members: Readonly<Record<string, MemberShape>> }
  /** Members of any name. */
  | { readonly type: "named"; readonly of: Shape }
  | { readonly type: "either"; readonly of: readonly Shape[] };

export interface MemberShape {
  readonly of: Shape;
  /** What it is where it is left out. */
  readonly default?: unknown;
  readonly isRequired?: true;
}

/** The value with what it leaves out; undefined where it has another shape. It comes from JSON: undefined is no value of its own. */
export function fillShape(shape: Shape, value: unknown): unknown {
  switch (shape.type) {
    case "text":
      return isWithin(shape, typeof value === "string" ? value.length : undefined)
        ? value
        : undefined;
    case "word":
      return typeof value === "string" && shape.words.includes(value) ? value : undefined;
    case "whole":
      return Number.isSafeInteger(value) && isWithin(shape, Number(value)) ? value : undefined;
    case "flag":
      return typeof value === "boolean" ? value : undefined;
    case "list":
      return Array.isArray(value) && value.length <= shape.max
        ? whole(value.map((item) => fillShape(shape.of, item)))
        : undefined;
    case "members":
      return fillMembers(shape.members, value);
    case "named":
      return isRecord(value)
        ? fromWhole(Object.entries(value).map(([name, one]) => [name, fillShape(shape.of, one)]))
        : undefined;
    case "either":
      return fillFirst(shape.of, value);
    default:
      return shape satisfies never;
  }
}

function fillFirst(shapes: readonly Shape[], value: unknown): unknown {
  for (const shape of shapes) {
    const filled = fillShape(shape, value);
    if (filled !== undefined) return filled;
  }
  return undefined;
}

function isWithin(
  { min, max }: { readonly min: number; readonly max: number },
  value: number | undefined,
): boolean {
  return value !== undefined && min <= value && value <= max;
}

function fillMembers(
  members: Readonly<Record<string, MemberShape>>,
  value: unknown,
): object | undefined {
  if (!isRecord(value)) return undefined;
  if (Object.keys(value).some((name) => !Object.hasOwn(members, name))) return undefined;
  const filled: [string, unknown][] = [];
  for (const [name, member] of Object.entries(members)) {
    const given = Object.hasOwn(value, name) ? value[name] : member.default;
    if (given !== undefined) filled.push([name, fillShape(member.of, given)]);
    else if (member.isRequired) return undefined;
  }
  return fromWhole(filled);
}

function fromWhole(entries: readonly (readonly [string, unknown])[]): object | undefined {
  return entries.every(([, one]) => one !== undefined) ? Object.fromEntries(entries) : undefined;
}

function whole(items: readonly unknown[]): readonly unknown[] | undefined {
  return items.includes(undefined) ? undefined : items;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
