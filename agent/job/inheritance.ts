/**
 * What the guard was started with, as its launcher noted it: a shell and Node.js change some of it before a line of the
 * guard runs, and the command has to get it as if it had been started directly.
 */
import { readFileSync } from "node:fs";

export interface Inheritance {
  /** `NAME=value`, in their order, byte for byte. */
  readonly environment: readonly Buffer[];
  /** This process's own arguments, which Node.js decodes and thereby may alter. */
  readonly args: readonly Buffer[];
  /** Numbers of the open descriptors; undefined where nobody noted them. */
  readonly descriptors: readonly number[] | undefined;
  readonly ignoredSignals: readonly number[];
  readonly blockedSignals: readonly number[];
  /** The soft limit of open files, which Node.js raises. */
  readonly maxOpenFiles: bigint | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** How bin/runner-guard names its notes. Lower case, so that none is taken for an option of the guard. */
const NOTE = {
  environment: "runner_guard_environment",
  descriptors: "runner_guard_descriptors",
  ignored: "runner_guard_ignored",
  blocked: "runner_guard_blocked",
  openFiles: "runner_guard_open_files",
} as const;
const NOTE_PREFIX = Buffer.from("runner_guard_");
/** What the launcher takes from the guard, and not from the command, where it could not note the whole environment. */
const KEPT_PREFIX = Buffer.from("runner_guard_kept_");
/** Signals beyond are real-time signals, whose state nobody changes. */
const LAST_SIGNAL = 31;

export function readInheritance(environment: Environment): Inheritance {
  return {
    environment: readEnvironment(environment[NOTE.environment]),
    args: splitStrings(readFileSync("/proc/self/cmdline")),
    descriptors: toNumbers(environment[NOTE.descriptors]),
    ignoredSignals: toSignals(environment[NOTE.ignored]),
    blockedSignals: toSignals(environment[NOTE.blocked]),
    maxOpenFiles: toLimit(environment[NOTE.openFiles]),
  };
}

function readEnvironment(note: string | undefined): Buffer[] {
  if (note !== undefined) return splitStrings(Buffer.from(note, "base64"));
  return splitStrings(readFileSync("/proc/self/environ"))
    .map((entry) => (entry.indexOf(KEPT_PREFIX) === 0 ? entry.subarray(KEPT_PREFIX.length) : entry))
    .filter((entry) => entry.indexOf(NOTE_PREFIX) !== 0);
}

/** Strings with a NUL after each. */
function splitStrings(bytes: Buffer): Buffer[] {
  const strings: Buffer[] = [];
  let start = 0;
  for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, start)) {
    strings.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return strings;
}

function toNumbers(note: string | undefined): number[] | undefined {
  if (note === undefined) return undefined;
  return note.split(" ").flatMap((text) => (/^\d{1,9}$/.test(text) ? [Number(text)] : []));
}

/** From a mask as proc_pid_status(5) shows it: hexadecimal, bit 0 for signal 1. */
function toSignals(note: string | undefined): number[] {
  if (note === undefined || !/^[0-9a-f]{1,16}$/.test(note)) return [];
  const mask = BigInt(`0x${note}`);
  return Array.from({ length: LAST_SIGNAL }, (_, index) => index + 1).filter(
    (number) => ((mask >> BigInt(number - 1)) & 1n) === 1n,
  );
}

function toLimit(note: string | undefined): bigint | undefined {
  return note !== undefined && /^\d{1,19}$/.test(note) ? BigInt(note) : undefined;
}
