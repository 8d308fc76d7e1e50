import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { createFindingQueries } from "../../../collector/storage/sqlite/finding-queries.ts";
import { openForWriting } from "../../../collector/storage/sqlite/open-database.ts";
import type { FindingKey } from "../../../collector/stores/event-store.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

test.each([
  ["of all runs", undefined],
  ["of one run", "run"],
])(
  "a page of findings %s has a bound of bytes, and those behind it are on the next ones",
  (_, runId) => {
    using database = openForWriting(directory);
    database.exec(`
      INSERT INTO runs (id, tenant, guard_run_id, claim_hash, version, scope, requested_mode, effective_mode, job_key, started_at, last_seen_at)
      VALUES ('run', 'default', 'guard', 'claim', '0.1.0', 'command', 'audit', 'audit', '[]', 5, 5)`);
    const insert = database.prepare(`
      INSERT INTO findings (tenant, run, id, rule, severity, message, response, count, first_seen, last_seen)
      VALUES ('default', 'run', ?, 'egress', 'high', ?, 'report', 1, '2026', '2026')`);
    for (let index = 0; index < 10; index += 1) insert.run(`f-${index}`, "m".repeat(1_000_000));
    insert.run("larger", "m".repeat(9_000_000));
    const queries = createFindingQueries(database);
    const pages: string[][] = [];
    let after: FindingKey | undefined;
    do {
      const found = queries.findFindings("default", { runId, now: 5 }, { after, limit: 100 });
      pages.push(found.items.map(({ id }) => id));
      after = found.next;
    } while (after !== undefined);

    expect(pages).toEqual([
      ["larger"],
      ["f-9", "f-8", "f-7", "f-6", "f-5", "f-4", "f-3", "f-2"],
      ["f-1", "f-0"],
    ]);
  },
);
