/** What a schema refuses, for the person who wrote the request: where it is and what it has to be. What it holds is not repeated. */
import { z } from "zod";

import { suggestWord } from "../../protocol/closest-word.ts";

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
export function describeFaults(issues: readonly Issue[], schema: z.ZodType): string {
  const faults = issues.flatMap((issue) => describe(issue, issue.path, schema));
  return [...new Set(faults)].slice(0, MAX_FAULTS).join("; ");
}

function describe(issue: Issue, path: Path, schema: z.ZodType): string[] {
  if (issue.code === "unrecognized_keys") {
    const known = findMembers(schema, path);
    return issue.keys.map((key) => {
      const advice = suggestWord(key, known) || toChoice(known);
      return `${toPlace([...path, key])} is not known here${advice}`;
    });
  }
  if (issue.code === "invalid_union") {
    const forms = issue.errors.flatMap(listForms);
    if (forms.length === issue.errors.length)
      return [`${toPlace(path)} has to be ${forms.join(", or ")}`];
    // Of several forms the one that is told of is the one that was missed by least.
    const [meant = []] = issue.errors.toSorted((one, other) => one.length - other.length);
    return meant.flatMap((inner) => describe(inner, [...path, ...inner.path], schema));
  }
  return [`${toPlace(path)} ${toWords(issue)}`];
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
  return `has to be ${toForm(issue)}`;
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
function toPlace(path: Path): string {
  const place = path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    const name = String(part);
    const shown = PLAIN_NAME.test(name) ? name : JSON.stringify(name.slice(0, MAX_NAME_LENGTH));
    return text === "" ? cut(shown) : `${text}.${cut(shown)}`;
  }, "");
  return place === "" ? "the body" : `${place}:`;
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
  return here instanceof z.ZodArray ? findMembers(here.element, rest) : [];
}

function unwrap(schema: unknown): unknown {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault
  ) {
    return unwrap(schema.unwrap());
  }
  return schema;
}
