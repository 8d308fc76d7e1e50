/** What is to be known of commands after a guard was killed and has started again: which were taken, and what is in force. */
import { closeSync, constants, fsyncSync, openSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { z } from "zod";

import { toErrorCode } from "../../errors.ts";
import { readPlainFile } from "../read-plain-file.ts";

const outcomeSchema = z.object({
  number: z.int().positive(),
  mac: z.string(),
  state: z.enum(["obeyed", "refused"]),
  reason: z.string().optional(),
});
export type Outcome = z.infer<typeof outcomeSchema>;

const recordSchema = z.object({
  /** At the collector: whose numbers these are. */
  runId: z.string(),
  /** The last number that was obeyed or refused. */
  taken: z.int().nonnegative(),
  /** The last one whose outcome the collector has. */
  settled: z.int().nonnegative(),
  /** Of the last ones. */
  outcomes: z.array(outcomeSchema),
  /** What was tightened: to be in force again after a start. */
  tightened: z.array(z.record(z.string(), z.unknown())),
});
export type CommandRecord = z.infer<typeof recordSchema>;

export interface CommandJournal {
  /** As it was when the guard before this one ended. */
  readonly record: CommandRecord;
  /** On disk when this returns, if there is one. Throws what the system says. */
  write(record: CommandRecord): void;
}

const { O_CREAT, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_TRUNC, O_WRONLY } = constants;
/** Five times what is ever kept. */
const MAX_BYTES = 16_777_216;
const NOTHING: CommandRecord = { runId: "", taken: 0, settled: 0, outcomes: [], tightened: [] };

/** Another run has numbers of its own; what was tightened stays so. */
export function toRecordOf(runId: string, record: CommandRecord): CommandRecord {
  return record.runId === runId ? record : { ...NOTHING, runId, tightened: record.tightened };
}

/** For a guard that no other one takes over from. */
export function createMemoryJournal(): CommandJournal {
  return { record: NOTHING, write: () => undefined };
}

/** In a directory that only the guard's user may enter. Throws what the system says, or where the file is none of a journal. */
export function openFileJournal(path: string): CommandJournal {
  const text = readIfThere(path);
  return {
    record: text === undefined ? NOTHING : recordSchema.parse(JSON.parse(text)),
    write(record) {
      const beside = `${path}.new`;
      inFile(beside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK, (file) => {
        writeFileSync(file, JSON.stringify(record));
        fsyncSync(file);
      });
      renameSync(beside, path);
      inFile(dirname(path), O_RDONLY | O_DIRECTORY, fsyncSync);
    },
  };
}

function inFile(path: string, flags: number, work: (descriptor: number) => void): void {
  const descriptor = openSync(path, flags, 0o600);
  try {
    work(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readPlainFile(path, MAX_BYTES);
  } catch (error) {
    if (toErrorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
