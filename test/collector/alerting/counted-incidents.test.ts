import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { expect, test } from "vitest";

import { createTestSink, openAlertingDesk } from "./support/alerting-desk.ts";

const DAY = 86_400_000;
const ROW = 256;

test("incidents and what is told of them count into what a tenant has stored, until they are forgotten", async () => {
  await using desk = await openAlertingDesk([createTestSink("pager"), createTestSink("chat")]);
  const { store } = desk;
  await desk.startRun("run");
  const finding = { message: "é".repeat(1_000), evidence: { seen: "x".repeat(2_000) } };
  await desk.find(finding);
  const before = store.countStoredBytes("default");
  await desk.settle();
  // Told twice, and planned a third time.
  await desk.passTime(5 * 3_600_000);
  const told = store.countStoredBytes("default") - before;
  await store.resolveOwnFinding({ runId: "run", id: "new-destination-1", at: 1 });
  await desk.settle();
  desk.clock.now += 2 * DAY;
  await desk.alerting.lookAfter();

  const evidence = Buffer.byteLength(JSON.stringify(finding.evidence));
  expect(told).toBe(ROW + 2_000 + evidence + 2 * 3 * ROW);
  using database = new DatabaseSync(join(desk.directory, "events.db"), { readOnly: true });
  expect(
    database.prepare("SELECT 1 FROM incidents UNION ALL SELECT 1 FROM deliveries").all(),
  ).toEqual([]);
  expect(store.countStoredBytes("default")).toBe(before);
});
