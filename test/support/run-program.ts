import { spawnSync } from "node:child_process";

import { buildProgram } from "./build-program.ts";

/** Far more than any fixture program needs; it is there so that one which hangs fails its own test. */
const RUN_TIMEOUT_MS = 20_000;

/** One line that a fixture program prints: what it did, as which process, and how that went. */
export interface ProgramRecord {
  readonly did: string;
  readonly pid: number;
  readonly ok?: boolean;
  readonly errno?: number;
  readonly [field: string]: unknown;
}

export interface ProgramRun {
  readonly pid: number;
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly records: readonly ProgramRecord[];
  readonly stdout: string;
  readonly stderr: string;
}

/** Builds the fixture program, runs it to its end, and returns what it recorded. */
export function runProgram(name: string, ...args: readonly string[]): ProgramRun {
  const run = spawnSync(buildProgram(name), args, {
    encoding: "utf8",
    timeout: RUN_TIMEOUT_MS,
    maxBuffer: 64 << 20,
  });
  if (run.error !== undefined) throw run.error;
  return {
    pid: run.pid,
    status: run.status,
    signal: run.signal,
    records: parseRecords(run.stdout),
    stdout: run.stdout,
    stderr: run.stderr,
  };
}

/** Lines that are not records, such as the output of a program that a fixture started, are left out. */
export function parseRecords(output: string): ProgramRecord[] {
  return output
    .split("\n")
    .filter((line) => line.startsWith('{"did":'))
    .map((line): ProgramRecord => JSON.parse(line));
}
