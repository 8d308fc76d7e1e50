/** What was asked of agents, as it is read. */
import type { DatabaseSync } from "node:sqlite";

import { z } from "zod";

import { commandKindSchema, commandStateSchema } from "../../../protocol/index.ts";
import type { CommandStore, StoredCommand } from "../../stores/command-store.ts";
import { reading } from "./reading.ts";

type CommandReader = Pick<
  CommandStore,
  "findCommand" | "listCommands" | "listUnsettled" | "findLastCommand"
>;

/** Whoever has taken these asks again. */
const MAX_LISTED = 16;

const rowSchema = z.object({
  run: z.string(),
  number: z.int(),
  kind: commandKindSchema,
  body: z.string(),
  asked_at: z.int(),
  state: commandStateSchema,
  state_at: z.int(),
  answer: z.string().nullable(),
});

export function createCommandReader(database: DatabaseSync): CommandReader {
  const one = database.prepare("SELECT * FROM commands WHERE run = ? AND number = ?");
  const behind = database.prepare(
    `SELECT * FROM commands WHERE run = ? AND number > ? ORDER BY number LIMIT ${MAX_LISTED}`,
  );
  const unsettled = database.prepare(
    "SELECT * FROM commands WHERE run = ? AND number <= ? AND state IN ('queued', 'delivered') ORDER BY number",
  );
  const last = database.prepare(
    "SELECT coalesce(max(number), 0) AS number FROM commands WHERE run = ?",
  );
  return {
    findCommand: (runId, number) =>
      reading(() => {
        const row = one.get(runId, number);
        return row === undefined ? undefined : toCommand(row);
      }),
    listCommands: (runId, afterNumber) =>
      reading(() => behind.all(runId, afterNumber).map(toCommand)),
    listUnsettled: (runId, upToNumber) =>
      reading(() => unsettled.all(runId, upToNumber).map(toCommand)),
    findLastCommand: (runId) => Number(reading(() => last.get(runId))?.["number"] ?? 0),
  };
}

function toCommand(row: unknown): StoredCommand {
  const { run, asked_at, state_at, ...command } = rowSchema.parse(row);
  return { ...command, runId: run, askedAt: asked_at, stateAt: state_at };
}
