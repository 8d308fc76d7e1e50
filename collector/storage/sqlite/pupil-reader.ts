/** Runs as they are learned from. */
import type { DatabaseSync } from "node:sqlite";

import { z } from "zod";

import { type PupilReader, type PupilRun, RUN_LESSONS } from "../../stores/baseline-store.ts";
import { toKindsMask } from "./kind-bits.ts";
import { readRow } from "./read-row.ts";
import { toBatch } from "./reader.ts";
import { reading } from "./reading.ts";
import { toRun } from "./run-row.ts";
import { SAID_JOINS } from "./said-columns.ts";

const besidesSchema = z.object({
  lesson: z.enum(RUN_LESSONS).nullable(),
  degraded: z.int(),
  is_contained: z.int(),
});

/**
 * Whoever decided it: what was only asked for counts as what was done, since a run ends before it is on disk that it was killed.
 * Of its pod, too, which begins as many runs as it likes.
 */
const IS_CONTAINED = `contained IS NOT NULL OR is_revoked = 1
  OR EXISTS (SELECT 1 FROM commands WHERE run = runs.id AND kind = 'kill')
  OR runs.findings > 0 AND EXISTS (
    SELECT 1 FROM findings WHERE run = runs.id AND (rule = 'operator-kill' OR response = 'kill-job' AND made_by = 'guard'))
  OR EXISTS (SELECT 1 FROM responses WHERE run = runs.id AND state <> 'dry-run')
  OR pod_uid IS NOT NULL AND EXISTS (
    SELECT 1 FROM responses WHERE responses.pod_uid = runs.pod_uid AND state <> 'dry-run'
      AND json_extract(target, '$.pod.issuer') = json_extract(runs.identity, '$.issuer'))`;
/** What is ended once for one finding would have been for the next, too: that has no response of its own. */
const IS_RESPONDED_TO = `EXISTS (
    SELECT 1 FROM responses WHERE (responses.run = findings.run OR responses.pod_uid = (SELECT pod_uid FROM runs WHERE id = findings.run))
      AND (responses.finding = findings.id OR findings.severity = 'medium'))`;
const IS_UNSETTLED = "findings.resolved_at IS NULL AND e.at IS NULL";
const IS_SHOWN = "(s.until IS NULL OR s.until <= $now)";
const IS_OPEN = `${IS_UNSETTLED} AND ${IS_SHOWN}`;
/** What is learned stays, and a suppression ends: the collector's own hold back until somebody expects them. A guard's can only be suppressed. */
const HOLDS_BACK = `${IS_UNSETTLED} AND (findings.made_by = 'collector' OR ${IS_SHOWN})`;

export function createPupilReader(database: DatabaseSync): PupilReader {
  const one = database.prepare(
    `SELECT *, (${IS_CONTAINED}) AS is_contained FROM runs WHERE id = ?`,
  );
  const ended = database.prepare(`
    SELECT id FROM (
      SELECT id, started_at FROM runs INDEXED BY untaught_runs WHERE lesson IS NULL AND state = 'over'
      UNION ALL
      SELECT id, started_at FROM runs INDEXED BY untaught_runs WHERE lesson IS NULL AND state = 'silent' AND last_seen_at < ?
    ) ORDER BY started_at, id LIMIT ?`);
  // The batch that holds what comes next begins before it: a run's batches have no gaps.
  const batches = database.prepare(`
    SELECT * FROM batches WHERE run = $run AND (kinds & $kinds) <> 0 AND first_seq >= coalesce(
      (SELECT first_seq FROM batches WHERE run = $run AND first_seq <= $next ORDER BY first_seq DESC LIMIT 1), 0)
      AND first_seq + count > $next
    ORDER BY first_seq LIMIT $limit`);
  const open = database.prepare(`
    SELECT 1 FROM findings ${SAID_JOINS}
    WHERE findings.run = $run AND ${HOLDS_BACK} AND (findings.severity IN (SELECT value FROM json_each($severities))
      OR ${IS_RESPONDED_TO}) LIMIT 1`);
  const unanswered = database.prepare(`
    SELECT 1 FROM finding_news WHERE run = ? AND change = 'found'
      AND number > (SELECT position FROM news_readers WHERE name = 'response') LIMIT 1`);
  const oneOpen = database.prepare(`
    SELECT 1 FROM findings ${SAID_JOINS} WHERE findings.run = $run AND findings.id = $id AND ${IS_OPEN}`);
  const told = database.prepare("SELECT severity, message FROM findings WHERE run = ? AND id = ?");
  return {
    findPupil(runId) {
      const row = reading(() => one.get(runId));
      return row === undefined ? undefined : toPupil(row);
    },
    listEnded: (seenBefore, limit) =>
      reading(() => ended.all(seenBefore, limit)).map((row) => String(row["id"])),
    listLessons(run, { afterSeq, kinds, limit }) {
      const asked = { run, next: afterSeq + 1, kinds: toKindsMask(kinds), limit };
      return reading(() => batches.all(asked)).map((row) => toBatch(row));
    },
    isUnanswered: (runId) => reading(() => unanswered.get(runId)) !== undefined,
    hasOpenFinding: (run, severities, now) =>
      reading(() => open.get({ run, severities: JSON.stringify(severities), now })) !== undefined,
    isFindingOpen: ({ runId, id }, now) =>
      reading(() => oneOpen.get({ run: runId, id, now })) !== undefined,
    findTold({ runId, id }) {
      const row = reading(() => told.get(runId, id));
      if (row === undefined) return undefined;
      return { severity: String(row["severity"]), message: String(row["message"]) };
    },
  };
}

function toPupil(row: unknown): PupilRun {
  const { id, tenant, ci, identity, state, acknowledged, startedAt, ...run } = toRun(row);
  const { lesson, degraded, is_contained: isContained } = readRow(besidesSchema, row);
  const { lastSeenAt, endedAt, dropped, deadLetters, removal } = run;
  return {
    id,
    tenant,
    ci,
    identity,
    state,
    lesson,
    acknowledged,
    lastSeenAt,
    startedAt,
    endedAt,
    lost: dropped + deadLetters,
    isDegraded: degraded !== 0,
    isCut: removal !== null,
    isContained: isContained === 1,
  };
}
