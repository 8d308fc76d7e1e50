/**
 * The schema, as the steps that lead to it. A step that was released is never changed: what is there was made by it. The number of a
 * step is SQLite's `user_version` after it.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    guard_run_id TEXT NOT NULL,
    claim_hash TEXT NOT NULL,
    version TEXT NOT NULL,
    scope TEXT NOT NULL,
    requested_mode TEXT NOT NULL,
    effective_mode TEXT NOT NULL,
    ci TEXT,
    job_key TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'live',
    acknowledged INTEGER NOT NULL DEFAULT 0,
    last_mac TEXT NOT NULL DEFAULT '',
    last_seen_at INTEGER NOT NULL,
    ended_at INTEGER,
    exit_code INTEGER,
    findings INTEGER NOT NULL DEFAULT 0,
    dropped INTEGER NOT NULL DEFAULT 0,
    dead_letters INTEGER NOT NULL DEFAULT 0,
    UNIQUE (tenant, claim_hash)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX runs_by_start ON runs (tenant, started_at, id);

  CREATE TABLE batches (
    run TEXT NOT NULL,
    first_seq INTEGER NOT NULL,
    count INTEGER NOT NULL,
    mac TEXT NOT NULL,
    encoding TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    content BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX batches_by_seq ON batches (run, first_seq);

  CREATE TABLE dead_letters (
    run TEXT NOT NULL,
    seq INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (run, seq)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE findings (
    tenant TEXT NOT NULL,
    run TEXT NOT NULL,
    id TEXT NOT NULL,
    rule TEXT NOT NULL,
    severity TEXT NOT NULL,
    message TEXT NOT NULL,
    response TEXT NOT NULL,
    count INTEGER NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    PRIMARY KEY (run, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX findings_by_time ON findings (tenant, first_seen, run, id);

  CREATE TABLE destinations (
    job_key TEXT NOT NULL,
    day TEXT NOT NULL,
    host TEXT NOT NULL,
    port INTEGER NOT NULL,
    transport TEXT NOT NULL,
    verdict TEXT NOT NULL,
    count INTEGER NOT NULL,
    last_run TEXT NOT NULL,
    PRIMARY KEY (job_key, day, host, port, transport, verdict)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE runs ADD COLUMN stopped_seq INTEGER;
  UPDATE runs SET stopped_seq = acknowledged WHERE exit_code IS NOT NULL;
  ALTER TABLE runs ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
  UPDATE runs SET bytes = (SELECT coalesce(sum(length(content)), 0) FROM batches WHERE run = runs.id);
  CREATE INDEX live_runs ON runs (id) WHERE state = 'live';

  -- Columns before the content are read without it. Of batches that are there already each may have every kind.
  ALTER TABLE batches RENAME TO old_batches;
  CREATE TABLE batches (
    run TEXT NOT NULL,
    first_seq INTEGER NOT NULL,
    count INTEGER NOT NULL,
    kinds INTEGER NOT NULL,
    mac TEXT NOT NULL,
    encoding TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    content BLOB NOT NULL
  ) STRICT;
  INSERT INTO batches SELECT run, first_seq, count, 0x7fffffff, mac, encoding, received_at, content FROM old_batches;
  DROP TABLE old_batches;
  CREATE UNIQUE INDEX batches_by_seq ON batches (run, first_seq);

  CREATE TABLE facts (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE commands (
    run TEXT NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    state_at INTEGER NOT NULL,
    answer TEXT,
    PRIMARY KEY (run, number)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE INDEX silent_runs ON runs (id) WHERE state = 'silent';
  CREATE INDEX starts_of_runs ON runs (started_at);
  `,
  `
  CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    token TEXT NOT NULL,
    role TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX audit_by_tenant ON audit (tenant, number);
  `,
  `
  ALTER TABLE runs ADD COLUMN goodbye BLOB;
  ALTER TABLE runs ADD COLUMN goodbye_mac TEXT;
  `,
  `
  ALTER TABLE runs ADD COLUMN identity TEXT;
  ALTER TABLE runs ADD COLUMN identity_state TEXT;
  ALTER TABLE runs ADD COLUMN proof_hash TEXT;
  ALTER TABLE runs ADD COLUMN key_generation INTEGER NOT NULL DEFAULT 1;
  CREATE UNIQUE INDEX runs_by_proof ON runs (proof_hash) WHERE proof_hash IS NOT NULL;
  CREATE INDEX unidentified_runs ON runs (started_at) WHERE identity_state = 'waiting' AND state <> 'over';
  `,
  `
  -- A job is named once, and what is counted of it goes by its number.
  CREATE TABLE jobs (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    tenant TEXT NOT NULL,
    provider TEXT,
    repository TEXT,
    workflow TEXT,
    job TEXT
  ) STRICT;
  CREATE INDEX jobs_of_repositories ON jobs (tenant, repository);
  INSERT INTO jobs (key, tenant, provider, repository, workflow, job)
    SELECT job_key, min(tenant), job_key ->> 1, job_key ->> 2, job_key ->> 3, job_key ->> 4 FROM runs GROUP BY job_key;
  ALTER TABLE runs ADD COLUMN job INTEGER NOT NULL DEFAULT 0;
  UPDATE runs SET job = (SELECT id FROM jobs WHERE key = job_key);

  ALTER TABLE destinations RENAME TO old_destinations;
  CREATE TABLE destinations (
    job INTEGER NOT NULL,
    day TEXT NOT NULL,
    host TEXT NOT NULL,
    port INTEGER NOT NULL,
    transport TEXT NOT NULL,
    verdict TEXT NOT NULL,
    count INTEGER NOT NULL,
    last_run TEXT NOT NULL,
    PRIMARY KEY (job, day, host, port, transport, verdict)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO destinations SELECT id, day, host, port, transport, verdict, count, last_run
    FROM old_destinations JOIN jobs ON key = job_key;
  DROP TABLE old_destinations;

  CREATE TABLE names (
    job INTEGER NOT NULL,
    day TEXT NOT NULL,
    name TEXT NOT NULL,
    verdict TEXT NOT NULL,
    count INTEGER NOT NULL,
    last_run TEXT NOT NULL,
    PRIMARY KEY (job, day, name, verdict)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE programs (
    job INTEGER NOT NULL,
    day TEXT NOT NULL,
    program TEXT NOT NULL,
    parent TEXT NOT NULL,
    count INTEGER NOT NULL,
    last_run TEXT NOT NULL,
    PRIMARY KEY (job, day, program, parent)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE drops (
    run TEXT NOT NULL,
    sensor TEXT NOT NULL,
    reason TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (run, sensor, reason)
  ) STRICT, WITHOUT ROWID;

  -- What a tenant has stored: batches as they were sent, and a fixed weight for each row beside them.
  CREATE TABLE tenants (
    tenant TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  INSERT INTO tenants SELECT tenant, sum(bytes) FROM runs GROUP BY tenant;

  -- Up to where batches were taken away since they were too old, and the MAC of the last one of them, signed by the collector.
  ALTER TABLE runs ADD COLUMN removed_seq INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE runs ADD COLUMN removed_mac TEXT NOT NULL DEFAULT '';
  ALTER TABLE runs ADD COLUMN removed_signature TEXT NOT NULL DEFAULT '';
  ALTER TABLE runs ADD COLUMN is_emptied INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX runs_with_batches ON runs (started_at, id) WHERE is_emptied = 0;
  `,
  `
  CREATE INDEX runs_of_jobs ON runs (job);
  `,
  `
  -- What the collector finds itself, and what is over by itself.
  ALTER TABLE findings ADD COLUMN made_by TEXT NOT NULL DEFAULT 'guard';
  ALTER TABLE findings ADD COLUMN resolved_at TEXT;
  CREATE INDEX own_findings ON findings (last_seen, run) WHERE made_by = 'collector';
  -- Whether a sensor of its guard is not what it should be, as far as it said.
  ALTER TABLE runs ADD COLUMN degraded INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- What operators say of findings. A suppression goes by what the next run's findings share with this one.
  CREATE TABLE acknowledgements (
    run TEXT NOT NULL,
    finding TEXT NOT NULL,
    role TEXT NOT NULL,
    token TEXT NOT NULL,
    owner TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (run, finding)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE suppressions (
    tenant TEXT NOT NULL,
    job_key TEXT NOT NULL,
    rule TEXT NOT NULL,
    message TEXT NOT NULL,
    role TEXT NOT NULL,
    token TEXT NOT NULL,
    owner TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (tenant, job_key, rule, message)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX findings_by_run ON findings (run, first_seen, id);

  -- What operators want of every run of a kind.
  CREATE TABLE policies (
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant, name)
  ) STRICT, WITHOUT ROWID;

  ALTER TABLE runs ADD COLUMN repository TEXT AS (CASE WHEN json_valid(ci) THEN json_extract(ci, '$.repository') END) VIRTUAL;
  CREATE INDEX runs_by_repository ON runs (tenant, repository, started_at, id);
  `,
  `
  -- Counted anew: findings of the collector's own were not, nor what rules are called, nor who vouches for a run.
  DELETE FROM tenants;
  INSERT INTO tenants SELECT tenant, sum(bytes) FROM (
    SELECT tenant, 256 + coalesce(octet_length(ci), 0) + coalesce(octet_length(identity), 0) AS bytes FROM runs
    UNION ALL SELECT tenant, 256 + octet_length(id) + octet_length(rule) + octet_length(message) FROM findings
    UNION ALL SELECT tenant, octet_length(content) FROM batches JOIN runs ON runs.id = batches.run
    UNION ALL SELECT tenant, 256 FROM dead_letters JOIN runs ON runs.id = dead_letters.run
    UNION ALL SELECT tenant, 256 FROM drops JOIN runs ON runs.id = drops.run
    UNION ALL SELECT tenant, 256 FROM destinations JOIN jobs ON jobs.id = destinations.job
    UNION ALL SELECT tenant, 256 FROM names JOIN jobs ON jobs.id = names.job
    UNION ALL SELECT tenant, 256 FROM programs JOIN jobs ON jobs.id = programs.job
  ) GROUP BY tenant;
  `,
  `
  -- Proofs that may begin one run alone, and the claim that each was shown with. Those of a day ago have expired.
  CREATE TABLE used_proofs (
    hash TEXT PRIMARY KEY,
    claim_hash TEXT NOT NULL,
    until INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX used_proofs_by_end ON used_proofs (until);
  INSERT INTO used_proofs SELECT proof_hash, claim_hash, started_at + 86400000 FROM runs
    WHERE proof_hash IS NOT NULL AND started_at > (unixepoch() - 86400) * 1000;
  DROP INDEX runs_by_proof;
  `,
  `
  -- What a finding goes by, as JSON: of those that were told before, it stands in their events alone.
  ALTER TABLE findings ADD COLUMN technique TEXT;
  ALTER TABLE findings ADD COLUMN evidence TEXT;

  -- What became of findings, for those who act on it: written with that in one transaction, and taken away when all of them have.
  CREATE TABLE finding_news (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    change TEXT NOT NULL,
    run TEXT NOT NULL,
    finding TEXT NOT NULL
  ) STRICT;
  CREATE TABLE news_readers (
    name TEXT PRIMARY KEY,
    position INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  INSERT INTO news_readers VALUES ('alerting', 0), ('response', 0);
  `,
  `
  -- What is normal for a job, as its runs have taught it: packed, and read by key.
  CREATE TABLE baselines (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    tenant TEXT NOT NULL,
    repository TEXT,
    workflow TEXT,
    job TEXT,
    state TEXT NOT NULL,
    runs INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL,
    document BLOB NOT NULL
  ) STRICT;
  CREATE INDEX baselines_of_tenants ON baselines (tenant, id);
  CREATE INDEX baselines_of_repositories ON baselines (tenant, repository, id);
  CREATE INDEX baselines_by_use ON baselines (used_at);
  CREATE INDEX baselines_by_state ON baselines (state);

  -- What became of a run as a lesson; null: nothing yet. Those that are over already have taught nothing.
  ALTER TABLE runs ADD COLUMN lesson TEXT;
  UPDATE runs SET lesson = 'before' WHERE state = 'over';
  CREATE INDEX untaught_runs ON runs (state, started_at, id) WHERE lesson IS NULL;
  CREATE INDEX held_runs ON runs (job, started_at) WHERE lesson = 'finding';

  -- What operators say is part of a job, of what was found in it until then.
  CREATE TABLE expectations (
    tenant TEXT NOT NULL,
    job_key TEXT NOT NULL,
    rule TEXT NOT NULL,
    message TEXT NOT NULL,
    role TEXT NOT NULL,
    token TEXT NOT NULL,
    owner TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    found_by TEXT NOT NULL,
    PRIMARY KEY (tenant, job_key, rule, message)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- What is done about findings: a row before anything is done. Times are milliseconds since 1970.
  CREATE TABLE responses (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    tenant TEXT NOT NULL,
    run TEXT NOT NULL,
    finding TEXT,
    rule TEXT,
    action TEXT NOT NULL,
    is_automatic INTEGER NOT NULL,
    by TEXT NOT NULL,
    reason TEXT NOT NULL,
    withheld TEXT,
    counted_at INTEGER,
    state TEXT NOT NULL,
    steps TEXT NOT NULL,
    target TEXT NOT NULL,
    decided_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX responses_of_tenants ON responses (tenant, number);
  CREATE INDEX responses_of_runs ON responses (run, number);
  CREATE INDEX counted_responses ON responses (tenant, counted_at) WHERE counted_at IS NOT NULL;
  CREATE INDEX limited_responses ON responses (tenant, decided_at) WHERE withheld = 'kill-limit';
  CREATE INDEX open_responses ON responses (number) WHERE state IN ('decided', 'acting', 'verifying');
  CREATE TABLE response_modes (
    tenant TEXT PRIMARY KEY,
    mode TEXT NOT NULL,
    reason TEXT NOT NULL,
    by TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Pods that were deleted from here: nobody begins a run in their name any more, though their tokens may live on.
  CREATE TABLE revoked_pods (
    issuer TEXT NOT NULL,
    uid TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (issuer, uid)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX revoked_pods_by_time ON revoked_pods (at);
  ALTER TABLE runs ADD COLUMN contained TEXT;
  ALTER TABLE runs ADD COLUMN is_revoked INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE runs ADD COLUMN pod_uid TEXT AS (CASE WHEN json_valid(identity) THEN json_extract(identity, '$.facts.podUid') END) VIRTUAL;
  CREATE INDEX runs_of_pods ON runs (pod_uid) WHERE pod_uid IS NOT NULL;
  `,
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
  `
  CREATE INDEX counted_responses_of_all ON responses (counted_at) WHERE counted_at IS NOT NULL;
  `,
  `
  -- What failed since nobody answered is tried again.
  ALTER TABLE responses ADD COLUMN retries INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX failed_responses ON responses (decided_at, number) WHERE state = 'failed';
  `,
  `
  -- Incidents and what is told of them take room as what they are made of does: a row 256 bytes, and texts as long as they are.
  UPDATE tenants SET bytes = bytes
    + (SELECT coalesce(sum(256 + octet_length(message) + coalesce(octet_length(evidence), 0)), 0) FROM incidents WHERE incidents.tenant = tenants.tenant)
    + (SELECT 256 * count(*) FROM deliveries WHERE deliveries.tenant = tenants.tenant);
  CREATE TRIGGER count_incident AFTER INSERT ON incidents BEGIN
    UPDATE tenants SET bytes = bytes + 256 + octet_length(NEW.message) + coalesce(octet_length(NEW.evidence), 0) WHERE tenant = NEW.tenant;
  END;
  CREATE TRIGGER recount_incident AFTER UPDATE OF message, evidence ON incidents WHEN NEW.message <> OLD.message OR NEW.evidence IS NOT OLD.evidence BEGIN
    UPDATE tenants SET bytes = bytes + octet_length(NEW.message) + coalesce(octet_length(NEW.evidence), 0)
      - octet_length(OLD.message) - coalesce(octet_length(OLD.evidence), 0) WHERE tenant = NEW.tenant;
  END;
  CREATE TRIGGER uncount_incident AFTER DELETE ON incidents BEGIN
    UPDATE tenants SET bytes = max(bytes - 256 - octet_length(OLD.message) - coalesce(octet_length(OLD.evidence), 0), 0) WHERE tenant = OLD.tenant;
  END;
  CREATE TRIGGER count_delivery AFTER INSERT ON deliveries BEGIN
    UPDATE tenants SET bytes = bytes + 256 WHERE tenant = NEW.tenant;
  END;
  CREATE TRIGGER uncount_delivery AFTER DELETE ON deliveries BEGIN
    UPDATE tenants SET bytes = max(bytes - 256, 0) WHERE tenant = OLD.tenant;
  END;
  `,
  `
  -- Who changed something said why.
  ALTER TABLE audit ADD COLUMN said TEXT;
  `,
  `
  -- What failed since nobody answered is tried again: each tenant's on its own, and nothing else stands among it.
  ALTER TABLE responses ADD COLUMN is_unanswered INTEGER NOT NULL DEFAULT 0;
  UPDATE responses SET is_unanswered = 1 WHERE state = 'failed' AND is_automatic = 1 AND finding IS NOT NULL AND EXISTS (
    SELECT 1 FROM json_each(CASE WHEN json_valid(steps) THEN steps ELSE '[]' END) AS step
    WHERE json_extract(steps, step.fullkey || '.isTimedOut') = 1
      AND json_extract(steps, step.fullkey || '.step') NOT IN ('await-agent', 'ask-agent'));
  DROP INDEX failed_responses;
  CREATE INDEX unanswered_responses ON responses (tenant, decided_at, number) WHERE state = 'failed' AND is_unanswered = 1;
  `,
  `
  -- Repositories have no case: whoever asks for one does not know how its runs spell it.
  DROP INDEX runs_by_repository;
  CREATE INDEX runs_by_repository ON runs (tenant, repository COLLATE NOCASE, started_at, id);
  DROP INDEX baselines_of_repositories;
  CREATE INDEX baselines_of_repositories ON baselines (tenant, repository COLLATE NOCASE, id);
  DROP INDEX jobs_of_repositories;
  CREATE INDEX jobs_of_repositories ON jobs (tenant, repository COLLATE NOCASE);
  `,
];
