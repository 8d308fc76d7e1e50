/** Steps 15 to 16. What is normal for jobs, and what is done about findings. */
export const BASELINES_AND_RESPONSES: readonly string[] = [
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
];
