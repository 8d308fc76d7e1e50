import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Runs that have ended and that detection has not settled, beside a collector that is at work. */
export function countUntaught(dataDir: string): number {
  using database = new DatabaseSync(join(dataDir, "events.db"), { readOnly: true, timeout: 5_000 });
  const sql = "SELECT count(*) AS count FROM runs WHERE lesson IS NULL AND state = 'over'";
  return Number(database.prepare(sql).get()?.["count"]);
}
