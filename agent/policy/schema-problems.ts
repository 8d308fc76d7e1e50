import type { z } from "zod";

import { closestWord, suggestWord } from "../../protocol/closest-word.ts";
import { failOnSchema, ruleOptionsSchema, userRuleSchema } from "../../protocol/index.ts";
import { RULE_IDS } from "../../protocol/rule-ids.ts";
import type { PolicyDocument } from "./policy-document.ts";
import { describeUnknownKey } from "./policy-keys.ts";
import { toPrintable, toQuoted } from "./printable.ts";
import type { Problem } from "./problem.ts";
import { isOwnRule } from "./rule-problems.ts";
import { valueAt } from "./value-at.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What the schema refuses, in words for the person who wrote the policy. */
export function toSchemaProblems(issues: readonly Issue[], document: PolicyDocument): Problem[] {
  const seen = new Set<string>();
  return issues.flatMap((issue) => {
    const place = JSON.stringify(issue.path.map(String));
    // A value of the wrong type breaks the rules on its length too, and needs to be told of once.
    if (issue.code !== "unrecognized_keys" && seen.has(place)) return [];
    seen.add(place);
    return toProblems(issue, issue.path, document);
  });
}

function toProblems(issue: Issue, path: Path, document: PolicyDocument): Problem[] {
  const value = valueAt(document.value, path);
  if (path.length === 0 && issue.code === "invalid_type") {
    const message = "is no policy: write version: 1 on the first line, and the sections below it";
    return [{ offset: 0, message }];
  }
  if (issue.code !== "invalid_key" && isRule(value, path)) {
    return toRuleIssues(value, path).flatMap((inner) =>
      toProblemsWithin(inner, [...path, ...inner.path], document),
    );
  }
  return toProblemsWithin(issue, path, document);
}

function toProblemsWithin(issue: Issue, path: Path, document: PolicyDocument): Problem[] {
  const value = valueAt(document.value, path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      offset: document.offsetOfKey(path, key),
      message: describeUnknownKey(path, key),
    }));
  }
  if (issue.code === "invalid_union") {
    const meant = toMeant(issue.errors, value);
    if (meant.length > 0) {
      return meant.flatMap((inner) => toProblems(inner, [...path, ...inner.path], document));
    }
  }
  if (issue.code === "invalid_key") {
    const key = String(path.at(-1));
    return [{ offset: document.offsetOfKey(path.slice(0, -1), key), message: describeRuleId(key) }];
  }
  if (path[0] === "version" && value === undefined) {
    return [{ offset: 0, message: "version is missing: write version: 1 on the first line" }];
  }
  const message = `${toPathText(path)} ${describe(issue, value, path)}`;
  return [{ offset: document.offsetOf(path), message }];
}

/** The problems of what was meant, by its shape: of a list those of its entries, of a mapping those of its keys. */
function toMeant(errors: readonly (readonly Issue[])[], value: unknown): readonly Issue[] {
  if (!Array.isArray(value) && !isMapping(value)) return [];
  return errors.findLast((issues) => !issues.some(isOfOtherShape)) ?? [];
}

function isOfOtherShape({ code, path }: Issue): boolean {
  return (
    path.length === 0 &&
    (code === "invalid_type" || code === "invalid_value" || code === "invalid_union")
  );
}

function isRule(value: unknown, path: Path): boolean {
  return path[0] === "rules" && path.length === 2 && isMapping(value);
}

/** As a rule of the other sort it is wrong in other ways, which nobody wants to know. */
function toRuleIssues(value: unknown, path: Path): readonly Issue[] {
  if (!isOwnRule(value)) return ruleOptionsSchema.safeParse(value).error?.issues ?? [];
  // What a built-in rule's id stands for is told of the id.
  if (RULE_IDS.includes(String(path.at(-1)))) return [];
  return userRuleSchema.safeParse(value).error?.issues ?? [];
}

function describe(issue: Issue, value: unknown, path: Path): string {
  if (issue.code === "invalid_type") return describeType(issue.expected, value, path);
  if (issue.code === "invalid_value") return describeChoice(issue.values.map(String), value);
  if (issue.code === "invalid_union") {
    return path.length > 2
      ? `${issue.message}, and is ${describeValue(value)}`
      : describeRule(value);
  }
  if (issue.code === "too_big") {
    if (isNumber(issue)) return `must be at most ${issue.maximum}, and is ${describeValue(value)}`;
    return `is too long: at most ${issue.maximum} ${issue.origin === "string" ? "characters" : "entries"} are allowed`;
  }
  if (issue.code === "too_small") {
    if (isNumber(issue)) return `must be at least ${issue.minimum}, and is ${describeValue(value)}`;
    return "is empty: write something, or remove it";
  }
  return issue.message;
}

function isNumber({ origin }: { readonly origin: string }): boolean {
  return origin === "number" || origin === "int";
}

function describeType(expected: string, value: unknown, path: Path): string {
  if (value === undefined || value === null) return describeEmpty(path);
  if (expected === "number" || expected === "int") {
    return `must be a whole number, and is ${describeValue(value)}`;
  }
  if (expected === "string") return `must be a text, and is ${describeNoText(value, path)}`;
  if (expected !== "array") {
    return `must be a mapping of keys to values, and is ${describeValue(value)}`;
  }
  if (path[0] === "fail-on") return describeFailOn(value);
  const written =
    typeof value === "string" ? `write [${toQuoted(value)}]` : "write [ and ] round it";
  return `must be a list, and is ${describeValue(value)}: ${written}`;
}

function describeEmpty(path: Path): string {
  const key = path.at(-1);
  if (typeof key === "number") return "is empty: write it, or remove its -";
  if (key === "egress") {
    return "is empty: write egress: {allow: []} to allow nothing, or remove the key to allow everything";
  }
  if (key === "allow" || key === "deny") return `is empty: write ${key}: [], or remove the key`;
  return "is empty: write it, or remove the key";
}

function describeFailOn(value: unknown): string {
  const choices = failOnSchema.options;
  const meant = typeof value === "string" ? closestWord(value, choices) : undefined;
  const advice = meant === undefined ? "write those that you want in [ and ]" : `write [${meant}]`;
  return `must be a list of ${choices.join(", ")}, and is ${describeValue(value)}: ${advice}`;
}

/** Texts that YAML takes for something else, with how to write them. */
function describeNoText(value: unknown, path: Path): string {
  if (path[0] === "egress" && Number.isInteger(value)) {
    return `${describeValue(value)}, and a port needs a host: github.com:${describeValue(value)} or 10.0.0.0/8:${describeValue(value)}`;
  }
  if (Array.isArray(value)) return "a list: put a text that begins with [ in quotes";
  if (!isMapping(value)) return `${describeValue(value)}: put it in quotes`;
  const [[key, inner] = ["", ""]] = Object.entries(value);
  const text = `${key}:${describeValue(inner)}`;
  return `a mapping: leave out the space after the colon or use quotes, ${toQuoted(text)}`;
}

function describeChoice(choices: readonly string[], value: unknown): string {
  const wanted = `must be ${choices.length > 1 ? "one of " : ""}${choices.join(", ")}`;
  if (typeof value !== "string") return `${wanted}, and is ${describeValue(value)}`;
  if (choices.includes(value)) return `${wanted}, and is a text: leave out the quotes`;
  return `${wanted}, and is ${toQuoted(value)}${suggestWord(value, choices)}`;
}

function describeRule(value: unknown): string {
  const wanted = "must be off or { severity: …, response: … }";
  if (value === false) return `${wanted}, and is false: write off`;
  if (typeof value === "string") {
    return `${wanted}, and is ${toQuoted(value)}${suggestWord(value, ["off"])}`;
  }
  return `${wanted}, and is ${describeValue(value)}`;
}

function describeRuleId(key: string): string {
  return `rules has ${toQuoted(key)}, which is no rule's id: ids are lower-case words joined by -${suggestWord(key, RULE_IDS)}`;
}

function describeValue(value: unknown): string {
  if (value === undefined || value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (isMapping(value)) return "a mapping";
  return toPrintable(typeof value === "string" ? value : JSON.stringify(value));
}

function toPathText(path: Path): string {
  if (path.length === 0) return "a policy";
  const last = path.at(-1);
  if (typeof last === "number") return `entry ${last + 1} of ${toPathText(path.slice(0, -1))}`;
  return toPrintable(path.map(String).join("."));
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
