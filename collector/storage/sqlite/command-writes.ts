/** What was asked of agents, as SQL, for the thread that writes. */
import type { DatabaseSync } from "node:sqlite";

import type { CommandSettlement, NewCommand } from "../../stores/command-store.ts";

export interface CommandWrites {
  add(command: NewCommand): void;
  settle(settlement: CommandSettlement): void;
}

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
