/** What changed in baselines, as it is read. */
import type { DatabaseSync } from "node:sqlite";

import { z } from "zod";

import { DamagedRow } from "../../errors.ts";
import {
  type BaselineChangeReader,
  CHANGE_KINDS,
  keptChangeSchema,
  type StoredChange,
} from "../../stores/baseline-changes.ts";
import { readRow } from "./read-row.ts";
import { createUndamagedRows, type OnDamaged } from "./read-undamaged.ts";
import { reading } from "./reading.ts";

const rowSchema = z.object({
  revision: z.int(),
  at: z.int(),
  kind: z.enum(CHANGE_KINDS),
  run: z.string().nullable(),
  finding: z.string().nullable(),
  content: z.string(),
  hasRun: z.int(),
  hasFinding: z.int(),
});
const keySchema = z.object({ revision: z.int() });

export function createBaselineChangeReader(
  database: DatabaseSync,
  onDamaged: OnDamaged,
): BaselineChangeReader {
  const { readPage } = createUndamagedRows("baseline_changes", onDamaged);
  const list = database.prepare(`
    SELECT number, revision, at, kind, run, finding, content,
      EXISTS (SELECT 1 FROM runs WHERE id = run) AS hasRun,
      EXISTS (SELECT 1 FROM findings WHERE findings.run = c.run AND findings.id = c.finding) AS hasFinding
    FROM baseline_changes c WHERE baseline = ? AND revision < ? ORDER BY revision DESC LIMIT ?`);
  return {
    listChanges(baseline, { after = Number.MAX_SAFE_INTEGER, limit }) {
      const rows = reading(() => list.all(baseline, after, limit + 1));
      return readPage(rows, {
        limit,
        end: undefined,
        read: toChange,
        toKey: (row) => readRow(keySchema, row).revision,
      });
    },
  };
}

function toChange(row: unknown): StoredChange {
  const { revision, at, kind, run, finding, content, hasRun, hasFinding } = readRow(rowSchema, row);
  return {
    ...readRow(keptChangeSchema, parse(content)),
    revision,
    at,
    kind,
    runId: run,
    findingId: finding,
    hasRun: hasRun === 1,
    hasFinding: hasFinding === 1,
  };
}

function parse(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new DamagedRow("content: no JSON", { cause: error });
  }
}
