/** Steps 10 to 14. What the collector finds itself, and what operators say of findings. */
export const FINDINGS: readonly string[] = [
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
];
