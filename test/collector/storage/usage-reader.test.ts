import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";

import { afterEach, beforeEach, expect, test } from "vitest";

import { openForWriting } from "../../../collector/storage/sqlite/open-database.ts";
import { createUsageReader } from "../../../collector/storage/sqlite/usage-reader.ts";

let directory: string;
let database: DatabaseSync;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
  database = openForWriting(directory);
  database.exec(`
    INSERT INTO jobs (id, key, tenant, repository, job) VALUES
      (1, 'a', 'acme', 'acme/app', 'build'), (2, 'b', 'acme', 'acme/app', 'test'), (3, 'c', 'acme', 'acme/other', 'build'),
      (4, 'd', 'bank', 'acme/app', 'build'), (5, 'e', 'acme', NULL, NULL);
    INSERT INTO names (job, day, name, verdict, count, last_run) VALUES
      (1, '2026-01-30', 'a.example', 'allowed', 2, 'first'), (1, '2026-01-31', 'a.example', 'allowed', 3, 'second'),
      (2, '2026-01-29', 'a.example', 'allowed', 4, 'third'), (2, '2026-01-31', 'b.example', 'blocked', 1, 'third'),
      (2, '2026-01-01', 'old.example', 'allowed', 9, 'third'), (3, '2026-01-31', 'other.example', 'allowed', 9, 'fourth'),
      (4, '2026-01-31', 'bank.example', 'allowed', 9, 'fifth'), (5, '2026-01-31', 'none.example', 'allowed', 1, 'sixth');`);
});
afterEach(() => {
  database.close();
  rmSync(directory, { recursive: true, force: true });
});

const SCOPE = { tenant: "acme", repository: "acme/app", since: "2026-01-25", limit: 9 };

test("what a repository's jobs use is added up over jobs and days, the most used first, and nobody else's", () => {
  expect(createUsageReader(database).listNames(SCOPE)).toEqual({
    isWhole: true,
    items: [
      {
        name: "a.example",
        verdict: "allowed",
        count: 9,
        firstDay: "2026-01-29",
        lastDay: "2026-01-31",
        lastRun: "second",
      },
      {
        name: "b.example",
        verdict: "blocked",
        count: 1,
        firstDay: "2026-01-31",
        lastDay: "2026-01-31",
        lastRun: "third",
      },
    ],
  });
});

test("jobs that are of no repository are asked for by none", () => {
  const { items } = createUsageReader(database).listNames({ ...SCOPE, repository: null });

  expect(items).toMatchObject([{ name: "none.example" }]);
});

test("a list that is longer than what was asked for says so", () => {
  const { items, isWhole } = createUsageReader(database).listNames({ ...SCOPE, limit: 1 });

  expect([items.length, isWhole]).toEqual([1, false]);
});

test("a job that used more than is looked at for one answer holds nobody up, and is said not to be whole", () => {
  database.exec(`
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 30000)
    INSERT INTO destinations SELECT 1, '2026-01-31', 'host' || n % 5, n, 'tcp', 'allowed', ${Number.MAX_SAFE_INTEGER}, 'run' FROM numbers`);
  const { items, isWhole } = createUsageReader(database).listDestinations({ ...SCOPE, limit: 5 });

  expect([items.length, isWhole]).toEqual([5, false]);
  expect(items[0]?.count).toBe(Number.MAX_SAFE_INTEGER);
});
