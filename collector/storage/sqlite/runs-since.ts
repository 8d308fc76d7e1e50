/** Runs of all tenants in the order of their starts. */
import type { DatabaseSync } from "node:sqlite";

import type { RunKey, StoredRun } from "../../stores/event-store.ts";
import { toRun } from "./reader.ts";
import { reading } from "./reading.ts";

export interface RunsSince {
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly after: RunKey | undefined;
  readonly limit: number;
}

export function prepareRunsSince(
  database: DatabaseSync,
): (asked: RunsSince) => readonly StoredRun[] {
  const list = database.prepare(`
    SELECT * FROM runs WHERE started_at >= ?1 AND (started_at, id) > (?2, ?3) ORDER BY started_at, id LIMIT ?4`);
  return ({ since, after = { startedAt: -1, id: "" }, limit }) =>
    reading(() => list.all(since, after.startedAt, after.id, limit)).map(toRun);
}
