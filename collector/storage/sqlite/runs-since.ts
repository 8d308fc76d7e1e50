/** Runs of all tenants in the order of their starts. */
import type { DatabaseSync } from "node:sqlite";

import { z } from "zod";

import type { DamagedRow } from "../../errors.ts";
import type { RunKey, StoredRun } from "../../stores/event-store.ts";
import { readRow } from "./read-row.ts";
import { reading } from "./reading.ts";
import { toRunOrDamage } from "./run-row.ts";

export interface RunsSince {
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly after: RunKey | undefined;
  readonly limit: number;
}

export interface ListedRun extends RunKey {
  /** Or what is wrong with its row. */
  readonly run: StoredRun | DamagedRow;
}

const FIRST: RunKey = { startedAt: Number.MIN_SAFE_INTEGER, id: "" };
const keySchema = z.object({ started_at: z.int(), id: z.string() });

export function prepareRunsSince(
  database: DatabaseSync,
): (asked: RunsSince) => readonly ListedRun[] {
  const list = database.prepare(`
    SELECT * FROM runs WHERE started_at >= ?1 AND (started_at, id) > (?2, ?3) ORDER BY started_at, id LIMIT ?4`);
  return ({ since, after = FIRST, limit }) =>
    reading(() => list.all(since, after.startedAt, after.id, limit)).map((row) => {
      const { started_at: startedAt, id } = readRow(keySchema, row);
      return { startedAt, id, run: toRunOrDamage(row) };
    });
}
