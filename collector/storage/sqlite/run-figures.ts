/** Runs that are not over, in figures, and those of the collector's own findings. */
import type { DatabaseSync } from "node:sqlite";

import { z } from "zod";

import type { EventStore } from "../../stores/event-store.ts";
import { reading } from "./reading.ts";
import { toTimestamp } from "./timestamp.ts";

type RunFiguresReader = Pick<EventStore, "readRunFigures" | "listSilences" | "findLastFinding">;

const figuresRowSchema = z.object({
  live: z.int(),
  past_ttl: z.int(),
  degraded: z.int(),
  oldest_seen_at: z.int().nullable(),
});
const silentRowSchema = z.object({ tenant: z.string(), run: z.string() });
const lastRowSchema = z.object({ first_seen: z.string().nullable() });

export function createRunFiguresReader(database: DatabaseSync): RunFiguresReader {
  const liveFigures = database.prepare(`
    SELECT count(*) AS live, coalesce(sum(started_at < ?), 0) AS past_ttl, min(last_seen_at) AS oldest_seen_at,
      coalesce(sum(degraded = 1 OR requested_mode = 'block' AND effective_mode <> 'block'), 0) AS degraded
    FROM runs WHERE state = 'live'`);
  const countSilent = database.prepare(
    "SELECT count(*) AS silent FROM runs WHERE state = 'silent'",
  );
  const silences = database.prepare(
    "SELECT tenant, run FROM findings WHERE made_by = 'collector' AND last_seen = ? ORDER BY run LIMIT ?",
  );
  const lastFinding = database.prepare(
    "SELECT max(first_seen) AS first_seen FROM findings WHERE run = ? AND first_seen <= ?",
  );
  return {
    readRunFigures: (startedBefore) =>
      reading(() => {
        const { live, past_ttl, degraded, oldest_seen_at } = figuresRowSchema.parse(
          liveFigures.get(startedBefore),
        );
        const silent = Number(countSilent.get()?.["silent"]);
        return { live, silent, pastTtl: past_ttl, degraded, oldestSeenAt: oldest_seen_at };
      }),
    listSilences: (foundAt, limit) =>
      reading(() => silences.all(toTimestamp(foundAt), limit)).map((row) => {
        const { tenant, run } = silentRowSchema.parse(row);
        return { tenant, runId: run };
      }),
    findLastFinding: (runId, before) =>
      reading(
        () =>
          lastRowSchema.parse(lastFinding.get(runId, toTimestamp(before))).first_seen ?? undefined,
      ),
  };
}
