/** What a schema refuses, for the person who wrote it: where it is and what it has to be. What a request holds is not repeated. */
import { z } from "zod";

import { suggestWord } from "../protocol/closest-word.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

const MAX_FAULTS = 5;
/** Of a name that is not known: enough to find it by. */
const MAX_NAME_LENGTH = 64;
const FORMATS: Readonly<Record<string, string>> = {
  date: "a day, such as 2026-01-31",
  datetime: "a time with its zone, such as 2026-01-31T12:00:00Z",
  uuid: "a UUID",
};
const PLAIN_NAME = /^[A-Za-z_][\w-]*$/;

/** Issues of a parse with `reportInput`. */
export function describeFaults(
  issues: readonly Issue[],
  schema: z.ZodType,
  whole = "the body",
): string {
  return listFaults(issues, { schema, whole }).slice(0, MAX_FAULTS).join("; ");
}

export interface FaultsPlace {
  readonly schema: z.ZodType;
  /** What the schema is of. */
  readonly whole: string;
  /** Where that stands. */
  readonly within?: Path;
  /** What was written instead of one of several words is repeated, and the word that was probably meant is named. */
  readonly repeatsWords?: boolean;
}

/** Each once; of a parse with `reportInput`. */
export function listFaults(issues: readonly Issue[], place: FaultsPlace): string[] {
  return [...new Set(issues.flatMap((issue) => describe(issue, issue.path, place)))];
}

function describe(issue: Issue, path: Path, place: FaultsPlace): string[] {
  const { schema, within = [], whole } = place;
  const here = toPlace([...within, ...path], whole);
  if (issue.code === "unrecognized_keys") {
    const known = findMembers(schema, path);
    return issue.keys.map((key) => {
      const advice = suggestWord(key, known) || toChoice(known);
      return `${toPlace([...within, ...path, key], whole)} is not known here${advice}`;
    });
  }
  if (issue.code === "invalid_union") {
    const forms = issue.errors.flatMap(listForms);
    if (forms.length === issue.errors.length) return [`${here} has to be ${forms.join(", or ")}`];
    const isToldOf = issue.message !== "Invalid input";
    const near = issue.errors.filter((form) => !form.some(isOfOtherShape));
    if (isToldOf && near.length === 0) return [`${here} ${issue.message}`];
    // Of several forms the one that is told of is the one that was missed by least.
    const [meant = []] = (isToldOf ? near : issue.errors).toSorted(
      (one, other) => one.length - other.length,
    );
    return meant.flatMap((inner) => describe(inner, [...path, ...inner.path], place));
  }
  return [`${here} ${toWords(issue)}${place.repeatsWords === true ? repeatWord(issue) : ""}`];
}

function repeatWord(issue: Issue): string {
  const { code, input } = issue;
  if (code !== "invalid_value" || typeof input !== "string") return "";
  const written = JSON.stringify(input.slice(0, MAX_NAME_LENGTH));
  return `, and is ${written}${suggestWord(input, issue.values.map(String))}`;
}

/** As a whole, or by what its members are called. */
function isOfOtherShape({ code, path }: Issue): boolean {
  if (code === "invalid_key") return true;
  const isOfWhole = path.length === 0;
  return isOfWhole && (code === "invalid_type" || code === "invalid_value");
}

/** Of a text that could have had one of several forms. */
function listForms([issue, ...more]: readonly Issue[]): string[] {
  if (issue?.code !== "invalid_format" || more.length > 0 || issue.path.length > 0) return [];
  return [toForm(issue)];
}

function toChoice(known: readonly string[]): string {
  return known.length === 0 ? "; nothing is" : `; what is: ${known.join(", ")}`;
}

function toWords(issue: Issue): string {
  if (issue.code === "invalid_type") {
    return issue.input === undefined ? "is missing" : `has to be ${toTypeName(issue.expected)}`;
  }
  if (issue.code === "invalid_value") {
    const [only, ...more] = issue.values.map(String);
    return more.length === 0
      ? `has to be ${only}`
      : `has to be one of ${[only, ...more].join(", ")}`;
  }
  if (issue.code === "too_big") return `may have ${toMeasure(issue.origin, issue.maximum)} at most`;
  if (issue.code === "too_small") {
    const isEmpty = issue.origin !== "number" && Number(issue.minimum) === 1;
    return isEmpty ? "is empty" : `has to have ${toMeasure(issue.origin, issue.minimum)} at least`;
  }
  if (issue.code !== "invalid_format") return issue.message;
  return issue.message.startsWith("no ") ? issue.message : `has to be ${toForm(issue)}`;
}

function toTypeName(expected: string): string {
  switch (expected) {
    case "string":
      return "a text";
    case "int":
    case "number":
      return "a whole number";
    case "object":
    case "record":
      return "a JSON object";
    case "array":
      return "a list";
    case "boolean":
      return "true or false";
    default:
      return expected;
  }
}

function toMeasure(origin: string, bound: number | bigint): string {
  if (origin === "string") return `${bound} characters`;
  if (origin === "array") return `${bound} entries`;
  return String(bound);
}

/** Messages of our own say what it has to be. */
function toForm({ format, pattern, message }: z.core.$ZodIssueInvalidStringFormat): string {
  if (!message.startsWith("Invalid ")) return message;
  return FORMATS[format] ?? `of the form ${pattern ?? format}`;
}

/** Such as `tighten.deny[3]`. */
function toPlace(path: Path, whole: string): string {
  const place = path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    const name = String(part);
    const shown = PLAIN_NAME.test(name) ? name : JSON.stringify(name.slice(0, MAX_NAME_LENGTH));
    return text === "" ? cut(shown) : `${text}.${cut(shown)}`;
  }, "");
  return place === "" ? whole : `${place}:`;
}

function cut(name: string): string {
  return name.length > MAX_NAME_LENGTH + 2 ? `${name.slice(0, MAX_NAME_LENGTH)}…` : name;
}

function findMembers(schema: unknown, path: Path): string[] {
  const [next, ...rest] = path;
  const here = unwrap(schema);
  if (here instanceof z.ZodObject) {
    if (next === undefined) return Object.keys(here.shape);
    return findMembers(here.shape[String(next)], rest);
  }
  if (here instanceof z.ZodUnion) return here.options.flatMap((one) => findMembers(one, path));
  if (next === undefined) return [];
  if (here instanceof z.ZodRecord) return findMembers(here.valueType, rest);
  return here instanceof z.ZodArray ? findMembers(here.element, rest) : [];
}

function unwrap(schema: unknown): unknown {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  ) {
    return unwrap(schema.unwrap());
  }
  return schema;
}
