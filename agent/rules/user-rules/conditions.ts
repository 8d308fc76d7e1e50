import type { Condition } from "../../../protocol/index.ts";
import type { Observation } from "../../observation.ts";
import { type Actor, ancestorsOf } from "../facts/actor.ts";
import type { ProgramFacts } from "../facts/program-facts.ts";
import type { Network } from "../facts/run-facts.ts";
import { compileMatch, type Matches, type MatchKind } from "./matches.ts";

export interface Subject {
  readonly seen: Observation;
  readonly actor: Actor | undefined;
  readonly network: Pick<Network, "judge">;
}

export type Holds = (subject: Subject) => boolean;

type Value = string | number | undefined;
type Read = (subject: Subject) => Value | Iterable<Value>;
type Field = Exclude<keyof Condition, "any" | "all" | "not">;

const FIELDS: Readonly<Record<Field, readonly [MatchKind, Read]>> = {
  "process.executable": ["path", ({ actor }) => actor?.program?.executable],
  "process.name": ["text", ({ actor }) => nameOf(actor)],
  "process.args": ["text", ({ actor }) => actor?.program?.args ?? []],
  "process.script": ["path", ({ actor }) => actor?.program?.script],
  "process.image": ["text", ({ actor }) => actor?.program?.image],
  "process.working_directory": [
    "path",
    ({ actor }) => actor?.program?.workingDirectory ?? undefined,
  ],
  "process.parent.executable": ["path", ({ actor }) => actor?.parent?.program?.executable],
  "process.parent.name": ["text", ({ actor }) => nameOf(actor?.parent)],
  "process.parent.args": ["text", ({ actor }) => actor?.parent?.program?.args ?? []],
  "process.ancestor.executable": ["path", ({ actor }) => aboveOf(actor).map(toExecutable)],
  "process.ancestor.name": ["text", ({ actor }) => aboveOf(actor).map(toName)],
  "process.ancestor.args": ["text", ({ actor }) => aboveOf(actor).flatMap(({ args }) => args)],
  "user.id": ["number", ({ actor }) => actor?.program?.userId],
  step: ["text", ({ actor }) => actor?.step?.step],
  "destination.ip": ["address", ({ seen }) => toAddress(seen)?.ip],
  "destination.port": ["number", ({ seen }) => toAddress(seen)?.port],
  "destination.path": ["path", ({ seen }) => toAddress(seen)?.path],
  "destination.domain": [
    "domain",
    ({ seen, network }) =>
      seen.kind === "connect" ? network.judge(seen.address, seen.at).domain : undefined,
  ],
  "network.transport": ["text", ({ seen }) => toAddress(seen)?.transport],
  "dns.question.name": [
    "domain",
    ({ seen }) => (seen.kind === "dns-query" ? seen.name : undefined),
  ],
  "dns.question.type": ["text", ({ seen }) => (seen.kind === "dns-query" ? seen.type : undefined)],
  "file.path": [
    "path",
    ({ seen }) => (seen.kind === "file" || seen.kind === "file-read" ? seen.path : undefined),
  ],
  "file.original_path": [
    "path",
    ({ seen }) => (seen.kind === "file" ? seen.originalPath : undefined),
  ],
  "file.operation": ["text", ({ seen }) => (seen.kind === "file" ? seen.operation : undefined)],
  "memory.method": [
    "text",
    ({ seen }) => (seen.kind === "memory-access" ? seen.method : undefined),
  ],
  "privileged.operation": [
    "text",
    ({ seen }) => (seen.kind === "privileged" ? seen.operation : undefined),
  ],
  "privileged.detail": [
    "text",
    ({ seen }) => (seen.kind === "privileged" ? seen.detail : undefined),
  ],
};

/** The last part of the path of the program, with its version: what the file is called. */
export function nameOf(actor: Actor | undefined): string | undefined {
  return actor?.program && toName(actor.program);
}

function toName({ executable }: ProgramFacts): string {
  return executable.slice(executable.lastIndexOf("/") + 1);
}

function toExecutable({ executable }: ProgramFacts): string {
  return executable;
}

/** The programs of those who started it. */
function aboveOf(actor: Actor | undefined): ProgramFacts[] {
  if (actor === undefined) return [];
  return Array.from(ancestorsOf(actor)).flatMap(({ program }) => program ?? []);
}

function toAddress(seen: Observation) {
  return seen.kind === "connect" ? seen.address : undefined;
}

/** Several keys: all of them. What cannot be known does not hold. */
export function compileCondition({ any, all, not, ...fields }: Condition): Holds {
  const parts: Holds[] = [];
  const given = new Map(Object.entries(fields));
  for (const [field, [kind, read]] of Object.entries(FIELDS)) {
    const match = given.get(field);
    if (match !== undefined) parts.push(toHolds(read, compileMatch(match, kind)));
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

function toHolds(read: Read, matches: Matches): Holds {
  return (subject) => {
    const value = read(subject);
    if (value === undefined) return false;
    if (typeof value === "string" || typeof value === "number") return matches(value);
    for (const one of value) if (one !== undefined && matches(one)) return true;
    return false;
  };
}
