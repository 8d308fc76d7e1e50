import { DatabaseSync } from "node:sqlite";

import { expect, test, vi } from "vitest";

import { createDeliveryReader } from "../../../collector/storage/sqlite/delivery-reader.ts";
import { createIncidentReader } from "../../../collector/storage/sqlite/incident-reader.ts";
import { MIGRATIONS } from "../../../collector/storage/sqlite/migrations.ts";

/** What is asked for figures alone, once in a while: by an index of what waits, is dead or open. */
const FIGURES = /^SCAN (incidents|deliveries) USING (COVERING )?INDEX (waiting|dead|open)_/;
/** Of what is a few rows, made by the query itself. */
const OF_A_FEW = /^SCAN (\(subquery-\d+\)|of|names|CONSTANT ROW|json_each VIRTUAL TABLE INDEX 1:)$/;

test("nothing that is asked of incidents goes through all of a table, however much is stored", () => {
  using database = new DatabaseSync(":memory:");
  database.exec(MIGRATIONS.join(";"));
  const prepare = vi.spyOn(database, "prepare");
  createIncidentReader(database, () => undefined);
  createDeliveryReader(database, () => undefined);
  const queries = prepare.mock.calls.map(([text]) => text);
  const steps = queries.flatMap((text) =>
    database
      .prepare(`EXPLAIN QUERY PLAN ${text}`)
      .all()
      .map(({ detail }) => String(detail)),
  );
  const scans = steps.filter((step) => step.startsWith("SCAN") || step.includes("AUTOMATIC"));

  expect(steps).toContain("SEARCH findings USING PRIMARY KEY (run=? AND id=?) LEFT-JOIN");
  expect(scans.filter((step) => !FIGURES.test(step) && !OF_A_FEW.test(step))).toEqual([]);
});
