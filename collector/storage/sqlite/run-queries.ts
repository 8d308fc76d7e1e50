/** Runs as operators ask for them. */
import type { DatabaseSync } from "node:sqlite";

import { z } from "zod";

import { DamagedRow } from "../../errors.ts";
import type { RunKey, StoredRun } from "../../stores/event-store.ts";
import { RUN_OUTCOMES, type RunQueries, type ShownRun } from "../../stores/run-queries.ts";
import { MAX_LOOKED, toFound } from "./look-through.ts";
import { reading } from "./reading.ts";
import { toRun, toRunOrDamage } from "./run-row.ts";

/** In the order in which they count: who ended it says more than how it ended. That it ended is no guard's word alone: one that goes on may have ended nothing. */
const OUTCOME = `CASE
  WHEN contained IS NOT NULL THEN contained
  WHEN EXISTS (SELECT 1 FROM commands WHERE run = runs.id AND kind = 'kill' AND state = 'obeyed')
    OR runs.findings > 0 AND (stopped_seq IS NOT NULL OR runs.state = 'over')
      AND EXISTS (SELECT 1 FROM findings WHERE run = runs.id AND rule = 'operator-kill' AND made_by = 'guard') THEN 'killed-by-operator'
  WHEN runs.findings > 0 AND (stopped_seq IS NOT NULL OR runs.state = 'over')
    AND EXISTS (SELECT 1 FROM findings WHERE run = runs.id AND response = 'kill-job' AND made_by = 'guard') THEN 'killed-by-rule'
  WHEN stopped_seq IS NULL AND runs.state = 'silent' THEN 'silent'
  WHEN stopped_seq IS NULL AND runs.state = 'live' THEN 'running'
  WHEN scope <> 'command' THEN 'ended'
  WHEN exit_code = 0 THEN 'succeeded'
  ELSE 'failed' END`;
/** By a command, or by what its start was answered with: of that a finding tells, which names what was tightened first in parentheses. */
const IS_BLOCKED_SINCE = `EXISTS (
    SELECT 1 FROM commands WHERE run = runs.id AND kind = 'policy' AND state = 'obeyed' AND json_valid(body) AND json_extract(body, '$.tighten.mode') = 'block'
  ) OR runs.findings > 0 AND EXISTS (
    SELECT 1 FROM findings WHERE run = runs.id AND rule = 'operator-policy' AND substr(message, instr(message, '(') + 1, 10) = 'mode block'
  )`;
/** What agents say of themselves is most of a run. */
const BYTES = "coalesce(octet_length(ci), 0) + coalesce(octet_length(identity), 0)";
const COLUMNS = `runs.*, ${OUTCOME} AS outcome, (${IS_BLOCKED_SINCE}) AS is_blocked_since, ${BYTES} AS bytes`;
/** Of one page, and of what is looked at for it: some thousand of usual runs, and never one that holds up the others. */
const MAX_PAGE_BYTES = 4_194_304;
const MAX_LOOKED_BYTES = 16_777_216;

const besidesSchema = z.object({ outcome: z.enum(RUN_OUTCOMES), is_blocked_since: z.int() });
const sizeSchema = z.object({ bytes: z.int() });

/** Later than any: where the first page begins. */
const TOP: RunKey = { startedAt: Number.MAX_SAFE_INTEGER, id: "" };

export function createRunQueries(database: DatabaseSync): Pick<RunQueries, "showRun" | "findRuns"> {
  const one = database.prepare(`SELECT ${COLUMNS} FROM runs WHERE tenant = ? AND id = ?`);
  const all = prepareList(database, "runs INDEXED BY runs_by_start WHERE tenant = $tenant");
  const ofRepository = prepareList(
    database,
    "runs INDEXED BY runs_by_repository WHERE tenant = $tenant AND repository = $repository COLLATE NOCASE",
  );
  return {
    showRun(tenant, runId) {
      const row = reading(() => one.get(tenant, runId));
      return row === undefined ? undefined : toShown(toRun(row), row);
    },
    findRuns(tenant, { since = 0, until = TOP.startedAt, ...filter }, { after = TOP, limit }) {
      const { repository, state = null, outcome = null, workflow = null, ref = null } = filter;
      const list = repository === undefined ? all : ofRepository;
      // Before the first moment that is too late stands every run of an earlier one.
      const from = after.startedAt < until ? after : { startedAt: until, id: "" };
      const place = {
        tenant,
        since,
        startedAt: from.startedAt,
        id: from.id,
        ...(repository !== undefined && { repository }),
      };
      // Who asks by what agents say has all of that read.
      const bound = workflow === null && ref === null ? list.bound : list.boundByBytes;
      const last = reading(() => bound.get(place));
      const end = last === undefined ? undefined : toEnd(last);
      const lowest = { lastStartedAt: end?.startedAt ?? 0, lastId: end?.id ?? "" };
      const wanted = { state, outcome, workflow, ref, limit: limit + 1 };
      const { rows, isCut } = reading(() =>
        takePage(list.some.iterate({ ...place, ...lowest, ...wanted })),
      );
      const listed = rows.map(toListed);
      const lastOfPage = listed.at(-1);
      const isShort = isCut && lastOfPage !== undefined;
      const { items, next } = toFound(listed, limit, isShort ? toKey(lastOfPage) : end, toKey);
      return {
        items: items.flatMap(({ run }) => (run instanceof DamagedRow ? [] : [run])),
        damaged: items.flatMap(({ id, run }) => (run instanceof DamagedRow ? [id] : [])),
        next,
      };
    },
  };
}

/** No more than a page should hold. */
function takePage(all: Iterable<unknown>): { rows: readonly unknown[]; isCut: boolean } {
  const rows: unknown[] = [];
  let bytes = 0;
  for (const row of all) {
    rows.push(row);
    bytes += sizeSchema.parse(row).bytes;
    if (bytes >= MAX_PAGE_BYTES) return { rows, isCut: true };
  }
  return { rows, isCut: false };
}

/** Each by the index that it names: a filter beside it is held against so many rows, and no more. */
function prepareList(database: DatabaseSync, from: string) {
  const place = `${from} AND (started_at, id) < ($startedAt, $id) AND started_at >= $since`;
  const order = "ORDER BY started_at DESC, id DESC";
  return {
    bound: database.prepare(
      `SELECT started_at, id FROM ${place} ${order} LIMIT 1 OFFSET ${MAX_LOOKED - 1}`,
    ),
    boundByBytes: database.prepare(`
      SELECT started_at, id FROM (
        SELECT started_at, id, row_number() OVER looked AS rows, sum(bytes) OVER looked AS bytes
        FROM (SELECT started_at, id, ${BYTES} AS bytes FROM ${place} ${order} LIMIT ${MAX_LOOKED})
        WINDOW looked AS (ORDER BY started_at DESC, id DESC ROWS UNBOUNDED PRECEDING)
      ) WHERE rows = ${MAX_LOOKED} OR bytes >= ${MAX_LOOKED_BYTES} LIMIT 1`),
    some: database.prepare(`
      SELECT ${COLUMNS} FROM ${place} AND (started_at, id) >= ($lastStartedAt, $lastId)
        AND ($state IS NULL OR runs.state = $state)
        AND ($workflow IS NULL OR json_valid(ci) = 0 OR json_extract(ci, '$.workflow') = $workflow)
        AND ($ref IS NULL OR json_valid(ci) = 0 OR json_extract(ci, '$.ref') = $ref)
        AND ($outcome IS NULL OR ${OUTCOME} = $outcome)
      ${order} LIMIT $limit`),
  };
}

const endSchema = z.object({ started_at: z.int(), id: z.string() });

function toEnd(row: unknown): RunKey {
  const { started_at: startedAt, id } = endSchema.parse(row);
  return { startedAt, id };
}

interface ListedRun extends RunKey {
  readonly run: ShownRun | DamagedRow;
}

function toListed(row: unknown): ListedRun {
  const run = toRunOrDamage(row);
  return { ...toEnd(row), run: run instanceof DamagedRow ? run : toShown(run, row) };
}

function toKey({ startedAt, id }: ListedRun): RunKey {
  return { startedAt, id };
}

function toShown(run: StoredRun, row: unknown): ShownRun {
  const { outcome, is_blocked_since } = besidesSchema.parse(row);
  return { ...run, outcome, isBlockedSince: is_blocked_since === 1 };
}
