/** Incidents, as they are read. */
import type { DatabaseSync } from "node:sqlite";

import { z } from "zod";

import type {
  IncidentKey,
  IncidentStore,
  NewsOfFinding,
  StoredIncident,
} from "../../stores/incident-store.ts";
import { FINDING_CHANGES } from "../../stores/news-store.ts";
import {
  answerableTextSchema,
  INCIDENT_COLUMNS,
  SHOWN_COLUMNS,
  toIncident,
  toShownIncident,
} from "./incident-row.ts";
import { MAX_LOOKED } from "./look-through.ts";
import { readRow } from "./read-row.ts";
import { createUndamagedRows, type OnDamaged, type UndamagedRows } from "./read-undamaged.ts";
import { reading } from "./reading.ts";
import { SAID_JOINS } from "./said-columns.ts";

type IncidentReader = Pick<
  IncidentStore,
  | "listNewsOfFindings"
  | "findIncident"
  | "listOpenIncidents"
  | "findLastResolved"
  | "hasRunInIncident"
  | "countOpenIncidents"
  | "listQuietIncidents"
  | "listLeftIncidents"
  | "countOccurrences"
  | "showIncident"
  | "findIncidents"
  | "listFindingsOfIncident"
>;

/** Whose counts are added up each time that somebody is told: some milliseconds. */
const MAX_COUNTED = 1_000;

/** Later than any: where the first page begins. */
const TOP: IncidentKey = { openedAt: Number.MAX_SAFE_INTEGER, id: "" };

const countSchema = z.object({ count: z.number() });

export function createIncidentReader(database: DatabaseSync, onDamaged: OnDamaged): IncidentReader {
  const { readPage, readSome } = createUndamagedRows("incident", onDamaged);
  const one = database.prepare(`SELECT ${INCIDENT_COLUMNS} FROM incidents WHERE id = ?`);
  const shown = database.prepare(
    `SELECT ${SHOWN_COLUMNS} FROM incidents WHERE id = ? AND tenant = ?`,
  );
  const open = database.prepare(
    `SELECT ${INCIDENT_COLUMNS} FROM incidents INDEXED BY open_incidents_by_cause
    WHERE cause = ? AND state <> 'resolved' ORDER BY opened_at DESC LIMIT ?`,
  );
  const lastResolved = database.prepare(`
    SELECT ${INCIDENT_COLUMNS} FROM incidents WHERE cause = ? AND state = 'resolved' ORDER BY resolved_at DESC LIMIT 1`);
  const runOf = database.prepare(
    "SELECT 1 FROM incident_findings WHERE incident = ? AND run = ? LIMIT 1",
  );
  const countOfTenant = database.prepare(`
    SELECT count(*) AS count FROM (SELECT 1 FROM incidents INDEXED BY open_incidents_of_rooms
      WHERE tenant = ? AND room = ? AND state <> 'resolved' LIMIT ?)`);
  const countOfJob = database.prepare(`
    SELECT count(*) AS count FROM (SELECT 1 FROM incidents INDEXED BY open_incidents_of_rooms
      WHERE tenant = ? AND room = ? AND job_key = ? AND rule = ? AND state <> 'resolved' LIMIT ?)`);
  const quiet = database.prepare(`
    SELECT ${SHOWN_COLUMNS} FROM incidents INDEXED BY open_incidents_by_change
    WHERE state <> 'resolved' AND changed_at < ? ORDER BY changed_at`);
  const left = database.prepare(`
    SELECT ${INCIDENT_COLUMNS} FROM incidents INDEXED BY open_incidents_by_change
    WHERE state <> 'resolved' AND state = 'open' AND (changed_at, id) > ($changedAt, $id) AND (
      EXISTS (SELECT 1 FROM tellings of WHERE of.incident = incidents.id AND of.sink NOT IN (SELECT value FROM json_each($sinks)))
      OR EXISTS (SELECT 1 FROM deliveries INDEXED BY waiting_deliveries_of_incidents WHERE deliveries.incident = incidents.id
        AND deliveries.state = 'waiting' AND deliveries.sink NOT IN (SELECT value FROM json_each($sinks)))
      OR incidents.id IN (SELECT incident FROM deliveries INDEXED BY dead_deliveries
        WHERE deliveries.state = 'dead' AND deliveries.sink NOT IN (SELECT value FROM json_each($sinks))))
    ORDER BY changed_at, id`);
  const occurrences = database.prepare(`
    SELECT sum(min(findings.count, 1000000000)) AS count FROM (
      SELECT run, finding FROM incident_findings WHERE incident = ? LIMIT ${MAX_COUNTED}
    ) of JOIN findings ON findings.run = of.run AND findings.id = of.finding`);
  const links = database.prepare(`
    SELECT run AS runId, finding AS findingId, incident AS incidentId, is_open AS isOpen FROM incident_findings
    WHERE incident = ? ORDER BY run, finding LIMIT ?`);
  const findOne = (statement: typeof one, value: string): StoredIncident | undefined => {
    const row = reading(() => statement.get(value));
    return row === undefined ? undefined : toIncident(row);
  };
  return {
    listNewsOfFindings: prepareNews(database),
    findIncident: (id) => findOne(one, id),
    listOpenIncidents: (cause, limit) => reading(() => open.all(cause, limit)).map(toIncident),
    findLastResolved: (cause) => findOne(lastResolved, cause),
    hasRunInIncident: (id, runId) => reading(() => runOf.get(id, runId)) !== undefined,
    countOpenIncidents({ tenant, room, ...of }, limit) {
      const row = reading(() =>
        of.job === undefined
          ? countOfTenant.get(tenant, room, limit)
          : countOfJob.get(tenant, room, of.job.jobKey, of.job.rule, limit),
      );
      return readRow(countSchema, row).count;
    },
    listQuietIncidents: (before, limit) =>
      reading(() => readSome(quiet.iterate(before), toShownIncident, limit)),
    listLeftIncidents(sinks, after, limit) {
      const { changedAt = Number.MIN_SAFE_INTEGER, id = "" } = after ?? {};
      const from = { changedAt, id, sinks: JSON.stringify(sinks) };
      return reading(() => readSome(left.iterate(from), toIncident, limit));
    },
    countOccurrences({ id, findings }) {
      const counted = Number(reading(() => occurrences.get(id))?.["count"] ?? 0);
      return Math.max(counted + Math.max(0, findings - MAX_COUNTED), findings);
    },
    showIncident(tenant, id) {
      const row = reading(() => shown.get(id, tenant));
      return row === undefined ? undefined : toShownIncident(row);
    },
    findIncidents: prepareFindIncidents(database, readPage),
    listFindingsOfIncident: (id, limit) =>
      reading(() => links.all(id, limit)).map((row) => readRow(linkSchema, row)),
  };
}

const flagSchema = z
  .int()
  .nullable()
  .transform((value) => value === 1);
const linkSchema = z.object({
  runId: z.string(),
  findingId: z.string(),
  incidentId: z.string(),
  isOpen: flagSchema,
});
const newsSchema = z.object({
  number: z.int(),
  change: z.enum(FINDING_CHANGES),
  runId: z.string(),
  id: z.string(),
});
const findingSchema = z.object({
  tenant: z.string(),
  jobKey: z.string(),
  rule: z.string(),
  severity: z.string(),
  message: z.string(),
  response: z.string(),
  firstSeen: z.string(),
  lastSeen: z.string(),
  technique: z.string().nullable(),
  evidence: z.string().nullable(),
  isStanding: flagSchema,
  acknowledged: answerableTextSchema,
  runStartedAt: z.int(),
  incidentId: z.string().nullable(),
  isOpen: flagSchema,
});
function prepareNews(database: DatabaseSync): IncidentReader["listNewsOfFindings"] {
  // Each by its key, from the news on: a subquery would look through all findings there are.
  const list = database.prepare(`
    SELECT news.number, news.change, news.run AS runId, news.finding AS id,
      findings.tenant, runs.job_key AS jobKey, findings.rule, findings.severity, findings.message, findings.response,
      findings.first_seen AS firstSeen, findings.last_seen AS lastSeen, findings.technique, findings.evidence, runs.started_at AS runStartedAt,
      findings.resolved_at IS NULL AND coalesce(s.until, 0) <= $now AND e.at IS NULL AS isStanding,
      CASE WHEN a.at IS NOT NULL
        THEN json_object('role', a.role, 'token', a.token, 'owner', a.owner, 'reason', a.reason, 'at', a.at) END AS acknowledged,
      of.incident AS incidentId, of.is_open AS isOpen
    FROM finding_news news
    LEFT JOIN findings ON findings.run = news.run AND findings.id = news.finding
    LEFT ${SAID_JOINS}
    LEFT JOIN incident_findings of ON of.run = news.run AND of.finding = news.finding
    WHERE news.number > (SELECT position FROM news_readers WHERE name = 'alerting') ORDER BY news.number LIMIT $limit`);
  return (limit, now) => reading(() => list.all({ limit, now })).map(toNews);
}

function toNews(row: unknown): NewsOfFinding {
  return { ...readRow(newsSchema, row), finding: toNewsFinding(row) };
}

/** One that somebody else has changed is as good as removed: those behind it are not to wait for it. */
function toNewsFinding(row: unknown): NewsOfFinding["finding"] {
  return findingSchema.safeParse(row).data ?? null;
}

const keySchema = z.object({ openedAt: z.int(), id: z.string() });

function prepareFindIncidents(
  database: DatabaseSync,
  readPage: UndamagedRows["readPage"],
): IncidentReader["findIncidents"] {
  const place = `incidents INDEXED BY incidents_by_time WHERE tenant = $tenant AND (opened_at, id) < ($openedAt, $id)`;
  const order = "ORDER BY opened_at DESC, id DESC";
  const bound = database.prepare(
    `SELECT opened_at AS openedAt, id FROM ${place} ${order} LIMIT 1 OFFSET ${MAX_LOOKED - 1}`,
  );
  const some = database.prepare(`
    SELECT ${SHOWN_COLUMNS} FROM ${place} AND (opened_at, id) >= ($lastOpenedAt, $lastId)
      AND ($state IS NULL OR state = $state) AND ($severity IS NULL OR severity = $severity)
      AND ($rule IS NULL OR rule = $rule) AND ($urgency IS NULL OR urgency = $urgency)
      AND (($repository IS NULL AND $job IS NULL) OR EXISTS (SELECT 1 FROM jobs WHERE jobs.key = incidents.job_key
        AND ($repository IS NULL OR jobs.repository = $repository COLLATE NOCASE) AND ($job IS NULL OR jobs.job = $job)))
    ${order} LIMIT $limit`);
  return (tenant, filter, { after = TOP, limit }) => {
    const { state = null, severity = null, rule = null, urgency = null } = filter;
    const { repository = null, job = null } = filter;
    const from = { tenant, openedAt: after.openedAt, id: after.id };
    const last = reading(() => bound.get(from));
    const end = last === undefined ? undefined : toKey(last);
    const lowest = { lastOpenedAt: end?.openedAt ?? 0, lastId: end?.id ?? "" };
    const wanted = { state, severity, rule, urgency, repository, job, limit: limit + 1 };
    const rows = reading(() => some.all({ ...from, ...lowest, ...wanted }));
    return readPage(rows, { limit, end, read: toShownIncident, toKey });
  };
}

function toKey(row: unknown): IncidentKey {
  return readRow(keySchema, row);
}
