/** Steps 8 to 9. What jobs use, counted. */
export const USAGE: readonly string[] = [
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
];
