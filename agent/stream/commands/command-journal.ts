/** What is to be known of commands after a guard was killed and has started again: which were taken, and what is in force. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";

import { z } from "zod";

import { toErrorCode } from "../../errors.ts";

const outcomeSchema = z.object({
  number: z.int().positive(),
  mac: z.string(),
  state: z.enum(["obeyed", "refused"]),
  reason: z.string().optional(),
});
export type Outcome = z.infer<typeof outcomeSchema>;

const recordSchema = z.object({
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

const NOTHING: CommandRecord = { taken: 0, settled: 0, outcomes: [], tightened: [] };

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
      const file = openSync(beside, "w", 0o600);
      try {
        writeSync(file, JSON.stringify(record));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(beside, path);
    },
  };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (toErrorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
