/** What changed in baselines, as SQL, for the thread that writes: in the transaction that changes them. */
import type { DatabaseSync, SQLOutputValue } from "node:sqlite";

import { type ChangeNote, MAX_CHANGES } from "../../stores/baseline-changes.ts";
import { CHANGE_BYTES } from "./row-bytes.ts";

interface NewChange {
  readonly revision: number;
  readonly at: number;
  readonly note: ChangeNote;
}

/** Gives back by how many bytes there is more: what is beyond the newest goes. */
export function prepareAddChange(
  database: DatabaseSync,
): (baseline: number, change: NewChange) => number {
  const insert = database.prepare(`
    INSERT INTO baseline_changes (baseline, revision, at, kind, run, finding, content) VALUES (?, ?, ?, ?, ?, ?, ?)
    RETURNING ${CHANGE_BYTES} AS bytes`);
  const trim = database.prepare(`
    DELETE FROM baseline_changes WHERE baseline = $baseline AND revision <= (
      SELECT revision FROM baseline_changes WHERE baseline = $baseline ORDER BY revision DESC LIMIT 1 OFFSET ${MAX_CHANGES})
    RETURNING ${CHANGE_BYTES} AS bytes`);
  return (baseline, { revision, at, note }) => {
    const { kind, runId, findingId, ...content } = note;
    const place = [baseline, revision, at] as const;
    const added = insert.all(...place, kind, runId, findingId, JSON.stringify(content));
    return sumBytes(added) - sumBytes(trim.all({ baseline }));
  };
}

/** All of a baseline that is no more; gives back of how many bytes they were. */
export function prepareRemoveChanges(database: DatabaseSync): (baseline: number) => number {
  const remove = database.prepare(
    `DELETE FROM baseline_changes WHERE baseline = ? RETURNING ${CHANGE_BYTES} AS bytes`,
  );
  return (baseline) => sumBytes(remove.all(baseline));
}

function sumBytes(rows: readonly Record<string, SQLOutputValue>[]): number {
  return rows.reduce((sum, { bytes }) => sum + Number(bytes), 0);
}
