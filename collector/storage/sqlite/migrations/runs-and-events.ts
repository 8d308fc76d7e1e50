/** Steps 1 to 7. Runs, their batches, what operators ask of them, and who asked. */
export const RUNS_AND_EVENTS: readonly string[] = [
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
];
