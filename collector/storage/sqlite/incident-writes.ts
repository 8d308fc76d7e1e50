/** Incidents and what is told of them, as SQL, for the thread that writes. */
import type { DatabaseSync } from "node:sqlite";

import type {
  AbandonedDeliveries,
  DeliverySettlement,
  FindingLink,
  IncidentChanges,
  NewDelivery,
  StoredIncident,
} from "../../stores/incident-store.ts";
import type { Answerable } from "../../stores/run-queries.ts";
import { prepareSettleNews } from "./news-writes.ts";

export type IncidentWrite =
  | { readonly kind: "record-incidents"; readonly changes: IncidentChanges }
  | { readonly kind: "settle-delivery"; readonly settlement: DeliverySettlement }
  | { readonly kind: "retry-delivery"; readonly number: number; readonly at: number }
  | { readonly kind: "resume-deliveries"; readonly at: number }
  | { readonly kind: "abandon-deliveries"; readonly abandoned: AbandonedDeliveries }
  | { readonly kind: "mend-due-times"; readonly now: number }
  | { readonly kind: "forget-incidents"; readonly before: number };

/** Of one call: some milliseconds. */
const MAX_FORGOTTEN = 100;
/** Of one sink in one call. */
const MAX_ABANDONED = 500;
/** Of one incident to one sink: what goes on for weeks is told each few minutes. */
const MAX_SETTLED = 20;
/** Of an incident that has more, those that were found first. */
const MAX_ACKNOWLEDGED = 10_000;

export function createIncidentWrites(database: DatabaseSync): (write: IncidentWrite) => void {
  const record = prepareRecord(database);
  const settle = prepareSettle(database);
  const retry = database.prepare(`
    UPDATE deliveries SET state = 'waiting', due_at = ?2, at = ?2, planned_at = ?2, attempts = 0, settled_at = NULL
    WHERE number = ?1 AND state = 'dead'`);
  const resume = database.prepare(
    "UPDATE deliveries SET is_unsure = 1 WHERE state = 'waiting' AND due_at <= ?",
  );
  const abandon = prepareAbandon(database);
  // It waits for as long as it was to.
  const mend = database.prepare(`
    UPDATE deliveries SET due_at = due_at - (planned_at - ?1), at = min(at, ?1), planned_at = ?1
    WHERE state = 'waiting' AND planned_at > ?1`);
  const forget = prepareForget(database);
  return (write) => {
    switch (write.kind) {
      case "record-incidents":
        return record(write.changes);
      case "settle-delivery":
        return settle(write.settlement);
      case "retry-delivery":
        retry.run(write.number, write.at);
        return;
      case "resume-deliveries":
        resume.run(write.at);
        return;
      case "abandon-deliveries":
        return abandon(write.abandoned);
      case "mend-due-times":
        mend.run(write.now);
        return;
      case "forget-incidents":
        return forget(write.before);
    }
  };
}

function prepareRecord(database: DatabaseSync): (changes: IncidentChanges) => void {
  const putIncident = preparePutIncident(database);
  const putLink = database.prepare(`
    INSERT INTO incident_findings (run, finding, incident, is_open) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET incident = excluded.incident, is_open = excluded.is_open`);
  const close = database.prepare("UPDATE incident_findings SET is_open = 0 WHERE incident = ?");
  const addDelivery = prepareAddDelivery(database);
  const move = database.prepare(
    "UPDATE deliveries SET due_at = ?, planned_at = ?, is_page = ? WHERE number = ? AND state = 'waiting'",
  );
  const supersede = database.prepare(`
    UPDATE deliveries SET state = 'superseded', reason = 'it was not needed any more', settled_at = ?
    WHERE number = ? AND state = 'waiting'`);
  const acknowledge = prepareAcknowledge(database);
  const settleNews = prepareSettleNews(database);
  return ({ incidents, links, closed, deliveries, moved, superseded, ...changes }) => {
    for (const incident of incidents) putIncident(incident);
    // First what was there already: a finding may stand again behind that.
    for (const id of closed) close.run(id);
    for (const link of links) putLink.run(...toLinkRow(link));
    const at = Math.max(0, ...incidents.map(({ changedAt }) => changedAt));
    for (const number of superseded) supersede.run(at, number);
    for (const { number, dueAt, isPage } of moved) move.run(dueAt, at, Number(isPage), number);
    for (const delivery of deliveries) addDelivery(delivery);
    for (const { incidentId, by } of changes.acknowledged) acknowledge(incidentId, by);
    if (changes.settled !== undefined) settleNews(changes.settled);
  };
}

function toLinkRow({ runId, findingId, incidentId, isOpen }: FindingLink) {
  return [runId, findingId, incidentId, Number(isOpen)] as const;
}

function preparePutIncident(database: DatabaseSync): (incident: StoredIncident) => void {
  const put = database.prepare(`
    INSERT INTO incidents (id, tenant, job_key, rule, cause, technique, message, evidence, first_run, first_seen, opened_at,
      state, severity, urgency, last_run, runs, findings, open_findings, last_seen, changed_at, reopenings,
      acknowledged, resolved_at, resolution, resolved_by, dropped, follows, told_from)
    VALUES ($id, $tenant, $jobKey, $rule, $cause, $technique, $message, $evidence, $firstRunId, $firstSeen, $openedAt,
      $state, $severity, $urgency, $lastRunId, $runs, $findings, $openFindings, $lastSeen, $changedAt, $reopenings,
      $acknowledged, $resolvedAt, $resolution, $resolvedBy, $dropped, $follows, $toldFrom)
    ON CONFLICT (id) DO UPDATE SET message = $message, technique = $technique, evidence = $evidence,
      state = $state, severity = $severity, urgency = $urgency, last_run = $lastRunId, runs = $runs,
      findings = $findings, open_findings = $openFindings, first_seen = $firstSeen, last_seen = $lastSeen,
      changed_at = $changedAt, reopenings = $reopenings, acknowledged = $acknowledged, resolved_at = $resolvedAt,
      resolution = $resolution, resolved_by = $resolvedBy, dropped = $dropped`);
  return ({ acknowledged, resolvedBy, ...incident }) =>
    void put.run({
      ...incident,
      acknowledged: toJsonOrNull(acknowledged),
      resolvedBy: toJsonOrNull(resolvedBy),
    });
}

function toJsonOrNull(value: Answerable | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

function prepareAddDelivery(database: DatabaseSync): (delivery: NewDelivery) => void {
  const insert = database.prepare(`
    INSERT INTO deliveries (id, incident, tenant, sink, action, state, is_page, is_unsure, due_at, at, planned_at, repeat_ms, attempts)
    VALUES (?1, ?2, ?3, ?4, ?5, 'waiting', ?6, 0, ?7, ?8, ?8, ?9, 0)`);
  const prune = preparePrune(database);
  return ({ id, incidentId, tenant, sink, action, isPage, dueAt, at, repeatMs }) => {
    insert.run(id, incidentId, tenant, sink, action, Number(isPage), dueAt, at, repeatMs);
    prune(incidentId, sink);
  };
}

/** Wherever one is added: those that are settled are no more for being so. */
function preparePrune(database: DatabaseSync): (incidentId: string, sink: string) => void {
  const prune = database.prepare(`
    DELETE FROM deliveries WHERE incident = ?1 AND sink = ?2 AND state <> 'waiting' AND number <= (
      SELECT number FROM deliveries WHERE incident = ?1 AND sink = ?2 AND state <> 'waiting'
      ORDER BY number DESC LIMIT 1 OFFSET ${MAX_SETTLED})`);
  return (incidentId, sink) => void prune.run(incidentId, sink);
}

/** Whoever has seen to an incident has seen to what it is made of. */
function prepareAcknowledge(database: DatabaseSync): (incidentId: string, by: Answerable) => void {
  const insert = database.prepare(`
    INSERT OR IGNORE INTO acknowledgements (run, finding, role, token, owner, reason, at)
    SELECT run, finding, ?2, ?3, ?4, ?5, ?6 FROM incident_findings WHERE incident = ?1 LIMIT ${MAX_ACKNOWLEDGED}`);
  return (incidentId, { role, token, owner, reason, at }) =>
    void insert.run(incidentId, role, token, owner, reason, at);
}

function prepareSettle(database: DatabaseSync): (settlement: DeliverySettlement) => void {
  const end = database.prepare(`
    UPDATE deliveries SET state = ?, reason = ?, settled_at = ?, attempts = attempts + 1 WHERE number = ? AND state = 'waiting'
    RETURNING incident, tenant, sink, action, is_page, repeat_ms`);
  const putOff = database.prepare(`
    UPDATE deliveries SET due_at = ?, planned_at = ?, reason = ?, attempts = attempts + 1, is_unsure = 0 WHERE number = ? AND state = 'waiting'`);
  const tell = database.prepare(`
    INSERT INTO tellings (incident, sink, state, told_at, reference) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET state = excluded.state, told_at = excluded.told_at,
      reference = coalesce(excluded.reference, reference)`);
  // One that waits already tells of it sooner, or of something else; what is resolved meanwhile is not told as open.
  const repeat = database.prepare(`
    INSERT INTO deliveries (id, incident, tenant, sink, action, state, is_page, is_unsure, due_at, at, planned_at, repeat_ms, attempts)
    SELECT ?1, ?2, ?3, ?4, 'update', 'waiting', ?5, 0, ?6, ?6, ?7, ?8, 0
    WHERE NOT EXISTS (SELECT 1 FROM deliveries WHERE incident = ?2 AND sink = ?4 AND state = 'waiting')
      AND EXISTS (SELECT 1 FROM incidents WHERE id = ?2 AND state <> 'resolved')`);
  const prune = preparePrune(database);
  return (settlement) => {
    if (settlement.state === "waiting") {
      putOff.run(settlement.dueAt, settlement.at, settlement.reason, settlement.number);
      return;
    }
    const { state, number, at } = settlement;
    const reason = state === "delivered" ? null : settlement.reason;
    const row = end.get(state, reason, at, number);
    if (row === undefined || settlement.state !== "delivered") return;
    const [incident, sink] = [String(row["incident"]), String(row["sink"])];
    const told = row["action"] === "resolve" ? "over" : "told";
    tell.run(incident, sink, told, at, settlement.reference ?? null);
    if (settlement.next === undefined) return;
    const { id, dueAt } = settlement.next;
    const of = [incident, String(row["tenant"]), sink, Number(row["is_page"])] as const;
    repeat.run(id, ...of, dueAt, at, Number(row["repeat_ms"]));
    prune(incident, sink);
  };
}

function prepareAbandon(database: DatabaseSync): (abandoned: AbandonedDeliveries) => void {
  const end = database.prepare(`
    UPDATE deliveries SET state = 'dead', reason = ?3, settled_at = ?4 WHERE number IN (
      SELECT number FROM deliveries INDEXED BY waiting_deliveries
      WHERE sink = ?1 AND state = 'waiting' AND at < ?2 LIMIT ${MAX_ABANDONED})`);
  return ({ sinks, before, at, reason }) => {
    for (const sink of sinks) end.run(sink, before, reason, at);
  };
}

function prepareForget(database: DatabaseSync): (before: number) => void {
  const list = database.prepare(
    `SELECT id FROM incidents WHERE state = 'resolved' AND resolved_at < ? ORDER BY resolved_at LIMIT ${MAX_FORGOTTEN}`,
  );
  const isWaiting = database.prepare(
    "SELECT 1 FROM deliveries WHERE incident = ? AND state = 'waiting' LIMIT 1",
  );
  // Its findings' links go with their runs: an incident may have as many as a tenant has findings.
  const removals = [
    "DELETE FROM deliveries WHERE incident = ?",
    "DELETE FROM tellings WHERE incident = ?",
    "DELETE FROM incidents WHERE id = ?",
  ].map((text) => database.prepare(text));
  return (before) => {
    for (const { id } of list.all(before)) {
      if (isWaiting.get(String(id)) !== undefined) continue;
      for (const removal of removals) removal.run(String(id));
    }
  };
}
