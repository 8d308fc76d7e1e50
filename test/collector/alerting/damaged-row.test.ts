import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterEach, expect, test } from "vitest";

import { DamagedRow } from "../../../collector/errors.ts";
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
