import type { Descriptor } from "../../../protocol/index.ts";
import type { ExecObservation } from "../../observation.ts";
import { findTraits, isKnownName } from "./program-names.ts";
import type { Traits } from "./traits.ts";

/** What a process executed, with what rules ask of it again and again. */
export interface ProgramFacts {
  readonly executable: string;
  /** The last part of its path, without a version: `python` of /usr/bin/python3.11. What argv[0] claims plays no part. */
  readonly name: string;
  readonly traits: Traits;
  readonly args: readonly string[];
  readonly argsTruncated: boolean;
  readonly script: string | undefined;
  readonly workingDirectory: string | null;
  readonly userId: number;
  readonly image: ExecObservation["image"];
  /** Of the watched variables alone. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stdin: Descriptor | undefined;
  readonly stdout: Descriptor | undefined;
  readonly stderr: Descriptor | undefined;
}

export function toProgramFacts(seen: ExecObservation): ProgramFacts {
  const name = toProgramName(seen.executable);
  return {
    executable: seen.executable,
    name,
    traits: findTraits(name, seen),
    args: seen.args,
    argsTruncated: seen.argsTruncated,
    script: seen.script,
    workingDirectory: seen.workingDirectory,
    userId: seen.userId,
    image: seen.image,
    environment: seen.environment,
    stdin: seen.stdin,
    stdout: seen.stdout,
    stderr: seen.stderr,
  };
}

/** Paths that are run again and again, by a build some hundreds. */
const MAX_NAMES = 4_096;
const names = new Map<string, string>();

function toProgramName(path: string): string {
  const known = names.get(path);
  if (known !== undefined) return known;
  const base = path.slice(path.lastIndexOf("/") + 1);
  const name = isKnownName(base) ? base : withoutVersion(base);
  if (names.size >= MAX_NAMES) names.clear();
  names.set(path, name);
  return name;
}

/** `python3.11` → `python`, `gcc-12` → `gcc`; names that end in a number of their own, such as base64, are known ones. */
function withoutVersion(base: string): string {
  let end = base.length;
  while (end > 0 && isOfVersion(base.charCodeAt(end - 1))) end -= 1;
  const cut = base.slice(0, end);
  return cut.length > 1 && end < base.length && hasDigit(base, end) ? cut : base;
}

function isOfVersion(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2e || code === 0x2d;
}

function hasDigit(text: string, from: number): boolean {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39) return true;
  }
  return false;
}
