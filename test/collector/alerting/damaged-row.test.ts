import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterEach, expect, test } from "vitest";

import { DamagedRow } from "../../../collector/errors.ts";
import type {
  IncidentKey,
  ShownIncident,
  StoredDelivery,
} from "../../../collector/stores/incident-store.ts";
import type { Found } from "../../../collector/stores/run-queries.ts";
import { type AlertingDesk, createTestSink, openAlertingDesk } from "./support/alerting-desk.ts";

let desk: AlertingDesk | undefined;
afterEach(async () => {
  await desk?.[Symbol.asyncDispose]();
  desk = undefined;
});

test("a damaged incident keeps nobody from being told of others, and is said", async () => {
  const sink = createTestSink("pager");
  const open = (desk = await openAlertingDesk([sink]));
  await open.startRun("run");
  await open.find();
  await open.settle();
  using database = new DatabaseSync(join(open.directory, "events.db"));
  database.exec("UPDATE incidents SET state = 'x'");
  await Promise.all([
    open.find({ id: "new-destination-2" }),
    open.find({ id: "new-process-1", rule: "new-process" }),
  ]);
  await open.settle();

  expect(sink.told.at(-1)?.incident.rule).toBe("new-process");
  expect(open.defects[0]).toBeInstanceOf(DamagedRow);
  expect(open.store.listNews("alerting", 10)).toEqual([]);
});

test("a damaged delivery is dead and said, and all others are told and listed", async () => {
  const sink = createTestSink("pager");
  const open = (desk = await openAlertingDesk([sink]));
  sink.answer = () => Promise.resolve({ status: "retryable", reason: "it is down" });
  await open.startRun("run");
  for (const rule of ["new-destination", "new-process"]) await open.find({ id: `${rule}-1`, rule });
  await open.settle();
  change(open, "UPDATE deliveries SET action = 'x' WHERE number = 1");
  const [damaged] = open.store.findDeliveries("default", {}, { after: undefined, limit: 10 }).items;
  sink.told.length = 0;
  sink.answer = undefined;
  await open.passTime(600_000);

  expect(damaged).toMatchObject({ number: 2 });
  expect(sink.told).toHaveLength(1);
  expect(open.store.readAlertingFigures(open.clock.now, ["pager"])).toMatchObject({
    deadBySink: { pager: 1 },
    waitingBySink: {},
  });
  expect(open.defects.map(String)).toEqual([
    expect.stringMatching(/^DamagedRow: delivery 1: action/),
  ]);
});

test("a damaged incident is left out where those are resolved that are quiet, and where they are listed", async () => {
  const open = (desk = await openAlertingDesk([createTestSink("pager")]));
  await open.startRun("run");
  for (const rule of ["new-destination", "new-process"]) await open.find({ id: `${rule}-1`, rule });
  await open.settle();
  change(open, "UPDATE incidents SET urgency = 'x' WHERE rule = 'new-destination'");
  const { items } = open.store.findIncidents("default", {}, { after: undefined, limit: 10 });
  open.clock.now += 1_300_000_000;
  await open.alerting.lookAfter();
  await open.alerting.lookAfter();

  expect(items.map(({ rule }) => rule)).toEqual(["new-process"]);
  expect(
    open.store.findIncidents("default", {}, { after: undefined, limit: 10 }).items,
  ).toMatchObject([{ rule: "new-process", state: "resolved", resolution: "age" }]);
  expect(open.defects.map(String)).toContainEqual(
    expect.stringMatching(/^DamagedRow: incident [0-9a-f-]{36}: urgency/),
  );
});

test("a damaged row ends no list: those on the pages behind it are listed", async () => {
  const open = (desk = await openAlertingDesk([createTestSink("pager")]));
  await open.startRun("run");
  for (const rule of ["a", "b", "c", "d", "e"]) {
    open.clock.now += 1_000;
    await open.find({ id: `${rule}-1`, rule });
    await open.settle();
  }
  change(open, "UPDATE incidents SET urgency = 'x' WHERE rule IN ('b', 'e')");
  change(open, "UPDATE deliveries SET action = 'x' WHERE number IN (1, 9)");

  expect(
    listPages<IncidentKey, ShownIncident>((after) =>
      open.store.findIncidents("default", {}, { after, limit: 2 }),
    ).map(({ rule }) => rule),
  ).toEqual(["d", "c", "a"]);
  expect(
    listPages<number, StoredDelivery>((after) =>
      open.store.findDeliveries("default", {}, { after, limit: 2 }),
    ).map(({ number }) => number),
  ).toEqual([10, 8, 7, 6, 5, 4, 3, 2]);
});

function listPages<Key, Item>(
  findPage: (after: Key | undefined) => Found<Item, Key>,
): readonly Item[] {
  const { items, next } = findPage(undefined);
  const all = [...items];
  for (let after = next; after !== undefined;) {
    const page = findPage(after);
    all.push(...page.items);
    after = page.next;
  }
  return all;
}

function change(open: AlertingDesk, statement: string): void {
  using database = new DatabaseSync(join(open.directory, "events.db"));
  database.exec(statement);
}
