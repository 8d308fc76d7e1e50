/** Steps 22 and later. What was added to these since; the next step stands at the end. */
export const SINCE_INCIDENTS: readonly string[] = [
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
  `
  -- What policy denied, by the hour in which it was told of: hours since 1970. What came before is known by days alone.
  CREATE TABLE denials (
    tenant TEXT NOT NULL,
    hour INTEGER NOT NULL,
    subject TEXT NOT NULL,
    verdict TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (tenant, hour, subject, verdict)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- What changed in a baseline: by the revision that it has since.
  CREATE TABLE baseline_changes (
    number INTEGER PRIMARY KEY,
    baseline INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    run TEXT,
    finding TEXT,
    content TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX changes_of_baselines ON baseline_changes (baseline, revision);
  `,
  `
  -- What its guard had as it began; null: it was not asked when that was told.
  ALTER TABLE runs ADD COLUMN sensor TEXT;
  ALTER TABLE runs ADD COLUMN enforcement TEXT;
  `,
];
