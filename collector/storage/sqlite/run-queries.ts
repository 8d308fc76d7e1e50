/** Runs as operators ask for them. */
import type { DatabaseSync } from "node:sqlite";

import { z } from "zod";

import { DamagedRow } from "../../errors.ts";
import { LEVEL_MECHANISMS, LEVEL_SENSORS } from "../../stores/batch.ts";
import type { RunKey, StoredRun } from "../../stores/event-store.ts";
import {
  type RankedRunKey,
  RUN_OUTCOMES,
  RUN_RANKS,
  type RunFilter,
  type RunQueries,
  type RunRank,
  type ShownRun,
} from "../../stores/run-queries.ts";
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
const UNUSUAL = `iif(runs.findings > 0, (
    SELECT count(*) FROM findings WHERE run = runs.id AND rule = 'new-destination' AND made_by = 'collector'), 0)`;
/** What agents say of themselves is most of a run. */
const BYTES = "coalesce(octet_length(ci), 0) + coalesce(octet_length(identity), 0)";
const COLUMNS = `runs.*, ${OUTCOME} AS outcome, (${IS_BLOCKED_SINCE}) AS is_blocked_since, ${UNUSUAL} AS unusual, ${BYTES} AS bytes`;
/** All of a text that operators search is what agents say. */
const SAID = `lower(concat_ws(char(10), ci ->> '$.repository', ci ->> '$.workflow', ci ->> '$.job', ci ->> '$.ref', ci ->> '$.actor'))`;
/** What is damaged cannot be held against a filter, and is told of. */
const WANTED = `($state IS NULL OR runs.state = $state)
        AND ($workflow IS NULL OR json_valid(ci) = 0 OR json_extract(ci, '$.workflow') = $workflow)
        AND ($ref IS NULL OR json_valid(ci) = 0 OR json_extract(ci, '$.ref') = $ref)
        AND ($search IS NULL OR json_valid(ci) = 0 OR instr(${SAID}, lower($search)) > 0)
        AND ($findings IS NULL OR (runs.findings > 0) = ($findings = 'some'))
        AND ($outcome IS NULL OR ${OUTCOME} = $outcome)
        AND ($mode IS NULL OR CASE
          WHEN $mode = 'weaker' THEN requested_mode <> effective_mode AND NOT (${IS_BLOCKED_SINCE})
          ELSE iif(${IS_BLOCKED_SINCE}, 'block', effective_mode) = $mode END)`;
const RANKS: Readonly<Record<RunRank, string>> = {
  findings: "runs.findings",
  unusual: UNUSUAL,
  events: "runs.acknowledged",
  dropped: "runs.dropped",
};
/** Of one page, and of what is looked at for it: some thousand of usual runs, and never one that holds up the others. */
const MAX_PAGE_BYTES = 4_194_304;
const MAX_LOOKED_BYTES = 16_777_216;

const besidesSchema = z.object({
  outcome: z.enum(RUN_OUTCOMES),
  is_blocked_since: z.int(),
  unusual: z.int(),
});
const levelSchema = z.object({
  sensor: z.enum(LEVEL_SENSORS),
  enforcement: z.enum(LEVEL_MECHANISMS),
});
const sizeSchema = z.object({ bytes: z.int() });

/** Later than any: where the first page begins. */
const TOP: RunKey = { startedAt: Number.MAX_SAFE_INTEGER, id: "" };

export function createRunQueries(
  database: DatabaseSync,
): Pick<RunQueries, "showRun" | "findRuns" | "rankRuns"> {
  const one = database.prepare(`SELECT ${COLUMNS} FROM runs WHERE tenant = ? AND id = ?`);
  const all = prepareList(database, "runs INDEXED BY runs_by_start WHERE tenant = $tenant");
  const ofRepository = prepareList(
    database,
    "runs INDEXED BY runs_by_repository WHERE tenant = $tenant AND repository = $repository COLLATE NOCASE",
  );
  const ranked = new Map(RUN_RANKS.map((by) => [by, prepareRanked(database, by)]));
  return {
    rankRuns(tenant, { since = 0, until = TOP.startedAt, by, ...filter }, { after, limit }) {
      const top = { ...TOP, rank: Number.MAX_SAFE_INTEGER };
      const { rank, startedAt, id } = after ?? top;
      const asked = { tenant, since, until, rank, startedAt, id, ...toWanted(filter) };
      const rows = ranked.get(by)?.iterate({ ...asked, limit: limit + 1 }) ?? [];
      const { rows: taken, isCut } = reading(() => takePage(rows));
      const listed = taken.map((row) => ({ ...toListed(row), ...rankSchema.parse(row) }));
      const last = listed.at(-1);
      const end = isCut && last !== undefined ? toRankedKey(last) : undefined;
      const { items, next } = toFound(listed, limit, end, toRankedKey);
      return { ...toRuns(items), next };
    },
    showRun(tenant, runId) {
      const row = reading(() => one.get(tenant, runId));
      return row === undefined ? undefined : toShown(toRun(row), row);
    },
    findRuns(tenant, { since = 0, until = TOP.startedAt, ...filter }, { after = TOP, limit }) {
      const { repository } = filter;
      const wanted = toWanted(filter);
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
      const bound =
        wanted.workflow === null && wanted.ref === null && wanted.search === null
          ? list.bound
          : list.boundByBytes;
      const last = reading(() => bound.get(place));
      const end = last === undefined ? undefined : toEnd(last);
      const lowest = { lastStartedAt: end?.startedAt ?? 0, lastId: end?.id ?? "" };
      const { rows, isCut } = reading(() =>
        takePage(list.some.iterate({ ...place, ...lowest, ...wanted, limit: limit + 1 })),
      );
      const listed = rows.map(toListed);
      const lastOfPage = listed.at(-1);
      const isShort = isCut && lastOfPage !== undefined;
      const { items, next } = toFound(listed, limit, isShort ? toKey(lastOfPage) : end, toKey);
      return { ...toRuns(items), next };
    },
  };
}

function toRuns(items: readonly ListedRun[]) {
  return {
    items: items.flatMap(({ run }) => (run instanceof DamagedRow ? [] : [run])),
    damaged: items.flatMap(({ id, run }) => (run instanceof DamagedRow ? [id] : [])),
  };
}

/** As a statement takes it, but for the repository and the times. */
function toWanted(filter: RunFilter) {
  const { state = null, outcome = null, workflow = null, ref = null } = filter;
  const { mode = null, findings = null, search = null } = filter;
  return { state, outcome, workflow, ref, mode, findings, search };
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
        AND ${WANTED}
      ${order} LIMIT $limit`),
  };
}

/** Of so many runs, since there is no index by what they are ranked by. */
function prepareRanked(database: DatabaseSync, by: RunRank) {
  const key = "(rank, started_at, id)";
  return database.prepare(`
    SELECT * FROM (
      SELECT ${COLUMNS}, ${RANKS[by]} AS rank FROM (
        SELECT * FROM runs INDEXED BY runs_by_start WHERE tenant = $tenant AND started_at >= $since AND started_at < $until
        ORDER BY started_at DESC, id DESC LIMIT ${MAX_LOOKED}
      ) AS runs WHERE ${WANTED}
    ) WHERE ${key} < ($rank, $startedAt, $id) ORDER BY rank DESC, started_at DESC, id DESC LIMIT $limit`);
}

const rankSchema = z.object({ rank: z.int() });

function toRankedKey({ rank, startedAt, id }: RankedRunKey): RankedRunKey {
  return { rank, startedAt, id };
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
  const { outcome, is_blocked_since, unusual } = besidesSchema.parse(row);
  const level = levelSchema.safeParse(row).data ?? null;
  return { ...run, outcome, isBlockedSince: is_blocked_since === 1, unusual, level };
}
