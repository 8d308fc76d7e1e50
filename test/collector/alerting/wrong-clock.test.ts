import { afterEach, expect, test } from "vitest";

import { type AlertingDesk, createTestSink, openAlertingDesk } from "./support/alerting-desk.ts";

const DAY = 86_400_000;

let desk: AlertingDesk | undefined;
afterEach(async () => {
  await desk?.[Symbol.asyncDispose]();
  desk = undefined;
});

test("what was planned by a clock that was ahead for a moment is told soon after it is right, tries again among it", async () => {
  const sink = createTestSink("pager");
  const open = (desk = await openAlertingDesk([sink]));
  sink.answer = () => Promise.resolve({ status: "retryable", reason: "429", retryAfterMs: 60_000 });
  await open.startRun("run");
  open.clock.now += DAY;
  await open.find({ message: "A page." });
  await open.settle();
  await open.find({ id: "new-destination-2", severity: "high", message: "A ticket." });
  await open.settle();
  open.clock.now -= DAY;
  sink.answer = undefined;
  await open.alerting.lookAfter();
  await open.passTime(59_000);
  expect(sink.told.map(({ incident }) => incident.message)).toEqual(["A page.", "A ticket."]);
  await open.passTime(61_000);

  expect(sink.told.map(({ incident }) => incident.message)).toEqual([
    "A page.",
    "A ticket.",
    "A page.",
  ]);
});

test("a page that failed once is not given up when the clock jumps ahead", async () => {
  const sink = createTestSink("pager");
  const open = (desk = await openAlertingDesk([sink]));
  sink.answer = () => Promise.resolve({ status: "retryable", reason: "connection refused" });
  await open.startRun("run");
  await open.find();
  await open.settle();
  open.clock.now += 2 * DAY;
  await open.settle();
  sink.answer = undefined;
  await open.passTime(300_000);

  const [delivery] = open.store.findDeliveries("default", {}, { after: undefined, limit: 9 }).items;
  expect(sink.told.length).toBeGreaterThan(1);
  expect(delivery?.state).not.toBe("dead");
});
