/** What was asked of agents, as SQL: written on the thread that writes, read on the other. */
import type { DatabaseSync } from "node:sqlite";

import { z } from "zod";

import { commandKindSchema, commandStateSchema } from "../../../protocol/index.ts";
import type {
  CommandSettlement,
  CommandStore,
  NewCommand,
  StoredCommand,
} from "../../command-store.ts";

type CommandReader = Pick<CommandStore, "findCommand" | "listCommands" | "findLastCommand">;

export interface CommandWrites {
  add(command: NewCommand): void;
  settle(settlement: CommandSettlement): void;
}

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

export function createCommandWrites(database: DatabaseSync): CommandWrites {
  const insert = database.prepare(`
    INSERT INTO commands (run, number, kind, body, asked_at, state, state_at) VALUES (?, ?, ?, ?, ?, 'queued', ?)`);
  const settle = database.prepare(`
    UPDATE commands SET state = ?1, answer = ?2, state_at = ?3
    WHERE run = ?4 AND number = ?5 AND (state = 'queued' OR state = 'delivered' AND ?1 <> 'delivered')`);
  return {
    add({ runId, number, kind, body, askedAt }) {
      insert.run(runId, number, kind, body, askedAt, askedAt);
    },
    settle({ runId, number, state, reason = null, at }) {
      settle.run(state, reason, at, runId, number);
    },
  };
}

export function createCommandReader(database: DatabaseSync): CommandReader {
  const one = database.prepare("SELECT * FROM commands WHERE run = ? AND number = ?");
  const behind = database.prepare(
    `SELECT * FROM commands WHERE run = ? AND number > ? ORDER BY number LIMIT ${MAX_LISTED}`,
  );
  const last = database.prepare(
    "SELECT coalesce(max(number), 0) AS number FROM commands WHERE run = ?",
  );
  return {
    findCommand(runId, number) {
      const row = one.get(runId, number);
      return row === undefined ? undefined : toCommand(row);
    },
    listCommands: (runId, afterNumber) => behind.all(runId, afterNumber).map(toCommand),
    findLastCommand: (runId) => Number(last.get(runId)?.["number"] ?? 0),
  };
}

function toCommand(row: unknown): StoredCommand {
  const { run, asked_at, state_at, ...command } = rowSchema.parse(row);
  return { ...command, runId: run, askedAt: asked_at, stateAt: state_at };
}
