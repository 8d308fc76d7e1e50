import type { Condition, NumberMatch, TextMatch } from "../../../protocol/index.ts";
import type { Observation } from "../../observation.ts";
import { type Actor, ancestorsOf } from "../facts/actor.ts";
import type { Network } from "../facts/run-facts.ts";
import { compileGlob, type GlobKind } from "./glob.ts";

export interface Subject {
  readonly seen: Observation;
  readonly actor: Actor | undefined;
  readonly network: Pick<Network, "judge">;
}

export type Holds = (subject: Subject) => boolean;

type Value = string | number | undefined;
type Read = (subject: Subject) => Value | Iterable<Value>;
type Field = Exclude<keyof Condition, "any" | "all" | "not">;

const PATHS: ReadonlySet<string> = new Set([
  "process.executable",
  "process.working_directory",
  "process.parent.executable",
  "file.path",
]);

const READ: Readonly<Record<Field, Read>> = {
  "process.executable": ({ actor }) => actor?.program?.executable,
  "process.name": ({ actor }) => nameOf(actor),
  "process.args": ({ actor }) => actor?.program?.args ?? [],
  "process.working_directory": ({ actor }) => actor?.program?.workingDirectory ?? undefined,
  "process.parent.executable": ({ actor }) => actor?.parent?.program?.executable,
  "process.parent.name": ({ actor }) => nameOf(actor?.parent),
  "process.parent.args": ({ actor }) => actor?.parent?.program?.args ?? [],
  "process.ancestor.name": ({ actor }) =>
    actor === undefined ? [] : Array.from(ancestorsOf(actor), nameOf),
  "user.id": ({ actor }) => actor?.program?.userId,
  step: ({ actor }) => actor?.step?.step,
  "destination.ip": ({ seen }) => (seen.kind === "connect" ? seen.address.ip : undefined),
  "destination.port": ({ seen }) => (seen.kind === "connect" ? seen.address.port : undefined),
  "destination.domain": ({ seen, network }) =>
    seen.kind === "connect" ? network.judge(seen.address, seen.at).domain : undefined,
  "network.transport": ({ seen }) => (seen.kind === "connect" ? seen.address.transport : undefined),
  "dns.question.name": ({ seen }) => (seen.kind === "dns-query" ? seen.name : undefined),
  "dns.question.type": ({ seen }) => (seen.kind === "dns-query" ? seen.type : undefined),
  "file.path": ({ seen }) =>
    seen.kind === "file" || seen.kind === "file-read" ? seen.path : undefined,
  "file.operation": ({ seen }) => (seen.kind === "file" ? seen.operation : undefined),
};

/** The last part of the path of the program, with its version: what the file is called. */
export function nameOf(actor: Actor | undefined): string | undefined {
  const executable = actor?.program?.executable;
  return executable?.slice(executable.lastIndexOf("/") + 1);
}

/** Several keys: all of them. What cannot be known does not hold. */
export function compileCondition({ any, all, not, ...fields }: Condition): Holds {
  const parts: Holds[] = [];
  for (const [field, read] of Object.entries(READ)) {
    const match = Object.entries(fields).find(([key]) => key === field)?.[1];
    if (match !== undefined) {
      parts.push(toHolds(read, compileMatch(match, PATHS.has(field) ? "path" : "text")));
    }
  }
  if (all !== undefined) parts.push(...all.map(compileCondition));
  if (any !== undefined) {
    const options = any.map(compileCondition);
    parts.push((subject) => options.some((holds) => holds(subject)));
  }
  if (not !== undefined) {
    const inner = compileCondition(not);
    parts.push((subject) => !inner(subject));
  }
  return (subject) => parts.every((holds) => holds(subject));
}

type Matches = (value: string | number) => boolean;

function toHolds(read: Read, matches: Matches): Holds {
  return (subject) => {
    const value = read(subject);
    if (value === undefined) return false;
    if (typeof value === "string" || typeof value === "number") return matches(value);
    for (const one of value) if (one !== undefined && matches(one)) return true;
    return false;
  };
}

function compileMatch(match: TextMatch | NumberMatch, kind: GlobKind): Matches {
  if (typeof match === "number") return (value) => value === match;
  if (typeof match === "string") return compileText(match, kind);
  if (Array.isArray(match)) {
    const exact = new Set<string | number>(match.filter((one) => !isGlob(one)));
    const globs = match.filter(isGlob).map((one) => compileText(one, kind));
    return (value) => exact.has(value) || globs.some((matches) => matches(value));
  }
  const { equals, glob, prefix, suffix, contains } = match;
  const operators: Matches[] = [
    ...anyOf(equals, (one) => (value) => value === one),
    ...anyOf(glob, (one) => {
      const matches = compileGlob(one, kind);
      return (value) => matches(String(value));
    }),
    ...anyOf(prefix, (one) => (value) => String(value).startsWith(one)),
    ...anyOf(suffix, (one) => (value) => String(value).endsWith(one)),
    ...anyOf(contains, (one) => (value) => String(value).includes(one)),
  ];
  return (value) => operators.every((matches) => matches(value));
}

/** Plain text with a star in it was meant as a glob. */
function compileText(text: string, kind: GlobKind): Matches {
  if (!isGlob(text)) return (value) => value === text;
  const matches = compileGlob(text, kind);
  return (value) => matches(String(value));
}

function isGlob(value: string | number): value is string {
  return typeof value === "string" && value.includes("*");
}

function anyOf(
  texts: string | readonly string[] | undefined,
  toMatches: (text: string) => Matches,
): Matches[] {
  if (texts === undefined) return [];
  const options = [texts].flat().map(toMatches);
  return [(value) => options.some((matches) => matches(value))];
}
