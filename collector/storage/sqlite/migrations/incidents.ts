/** Steps 17 to 21. Findings of one cause together, and what is told of that. */
export const INCIDENTS: readonly string[] = [
  `
  -- What findings of one cause are together, and what is told of that.
  CREATE TABLE incidents (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    job_key TEXT NOT NULL,
    rule TEXT NOT NULL,
    cause TEXT NOT NULL,
    state TEXT NOT NULL,
    severity TEXT NOT NULL,
    urgency TEXT NOT NULL,
    technique TEXT,
    message TEXT NOT NULL,
    evidence TEXT,
    first_run TEXT NOT NULL,
    last_run TEXT NOT NULL,
    runs INTEGER NOT NULL,
    findings INTEGER NOT NULL,
    open_findings INTEGER NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    reopenings INTEGER NOT NULL,
    acknowledged TEXT,
    resolved_at INTEGER,
    resolution TEXT,
    resolved_by TEXT,
    dropped INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX open_incidents ON incidents (cause) WHERE state <> 'resolved';
  CREATE INDEX open_incidents_of_jobs ON incidents (tenant, job_key, rule) WHERE state <> 'resolved';
  CREATE INDEX open_incidents_by_severity ON incidents (severity) WHERE state <> 'resolved';
  CREATE INDEX open_incidents_by_change ON incidents (changed_at) WHERE state <> 'resolved';
  CREATE INDEX resolved_incidents ON incidents (cause, resolved_at) WHERE state = 'resolved';
  CREATE INDEX resolved_incidents_by_time ON incidents (resolved_at) WHERE state = 'resolved';
  CREATE INDEX incidents_by_time ON incidents (tenant, opened_at, id);

  CREATE TABLE incident_findings (
    run TEXT NOT NULL,
    finding TEXT NOT NULL,
    incident TEXT NOT NULL,
    is_open INTEGER NOT NULL,
    PRIMARY KEY (run, finding)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX findings_of_incidents ON incident_findings (incident, run, finding);

  CREATE TABLE tellings (
    incident TEXT NOT NULL,
    sink TEXT NOT NULL,
    state TEXT NOT NULL,
    told_at INTEGER NOT NULL,
    reference TEXT,
    PRIMARY KEY (incident, sink)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE deliveries (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    incident TEXT NOT NULL,
    tenant TEXT NOT NULL,
    sink TEXT NOT NULL,
    action TEXT NOT NULL,
    state TEXT NOT NULL,
    is_page INTEGER NOT NULL,
    is_unsure INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    at INTEGER NOT NULL,
    repeat_ms INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    reason TEXT,
    settled_at INTEGER
  ) STRICT;
  CREATE INDEX waiting_deliveries ON deliveries (sink, is_page, due_at) WHERE state = 'waiting';
  CREATE INDEX waiting_deliveries_of_incidents ON deliveries (incident, sink, number) WHERE state = 'waiting';
  CREATE INDEX dead_deliveries ON deliveries (sink) WHERE state = 'dead';
  CREATE INDEX deliveries_of_incidents ON deliveries (incident, number);
  CREATE INDEX deliveries_of_tenants ON deliveries (tenant, number);
  `,
  `
  -- A pod may begin any number of runs, and is responded to once for all of them.
  ALTER TABLE responses ADD COLUMN pod_uid TEXT AS (json_extract(target, '$.pod.uid')) VIRTUAL;
  CREATE INDEX responses_of_pods ON responses (pod_uid, number) WHERE pod_uid IS NOT NULL;
  `,
  `
  -- Who has seen to an incident has not seen to runs that began later: those have one of the same cause beside it, which says which it follows.
  ALTER TABLE incidents ADD COLUMN follows TEXT;
  ALTER TABLE incidents ADD COLUMN told_from INTEGER NOT NULL DEFAULT 0;
  DROP INDEX open_incidents;
  CREATE INDEX open_incidents_by_cause ON incidents (cause, opened_at) WHERE state <> 'resolved';
  `,
  `
  -- Incidents are told apart in three rooms, so that what nobody is told of takes none from pages.
  ALTER TABLE incidents ADD COLUMN room TEXT AS (CASE WHEN urgency = 'page' THEN 'page'
    WHEN severity IN ('medium', 'high', 'critical') THEN 'ticket' ELSE 'quiet' END) VIRTUAL;
  DROP INDEX open_incidents_of_jobs;
  CREATE INDEX open_incidents_of_rooms ON incidents (tenant, room, job_key, rule) WHERE state <> 'resolved';
  `,
  `
  -- When it was said when it is due: where that lies ahead the clock was wrong.
  ALTER TABLE deliveries ADD COLUMN planned_at INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX waiting_deliveries_by_plan ON deliveries (planned_at) WHERE state = 'waiting';
  `,
];
