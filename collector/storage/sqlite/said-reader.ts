/** What operators have said of a run's findings, in the order of their names. Throws `DamagedRow`. */
import type { DatabaseSync } from "node:sqlite";

import { z } from "zod";

import type { SaidOfFinding } from "../../stores/run-queries.ts";
import { readRow } from "./read-row.ts";
import { reading } from "./reading.ts";
import { SAID_COLUMNS, SAID_JOINS, saidRowSchema, toSaid } from "./said-columns.ts";

export interface SaidReader {
  /** Some of those behind that finding, or the first ones. */
  listSaid(runId: string, afterId: string | undefined): readonly SaidOfFinding[];
}

const MAX_LISTED = 100;

const rowSchema = saidRowSchema.extend({ id: z.string() });

export function createSaidReader(database: DatabaseSync): SaidReader {
  const behind = database.prepare(`
    SELECT findings.id AS id, ${SAID_COLUMNS} FROM findings ${SAID_JOINS}
    WHERE findings.run = ?1 AND (?2 IS NULL OR findings.id > ?2) AND (a.at IS NOT NULL OR s.at IS NOT NULL)
    ORDER BY findings.id LIMIT ${MAX_LISTED}`);
  return {
    listSaid: (runId, afterId) =>
      reading(() => behind.all(runId, afterId ?? null)).map((row) => {
        const { id, ...said } = readRow(rowSchema, row);
        return { id, ...toSaid(said) };
      }),
  };
}
