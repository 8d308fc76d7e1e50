/** What becomes of pages when the operator's file calls a sink otherwise than it did. */
import { afterEach, expect, test } from "vitest";

import { RequestProblem } from "../../../collector/errors.ts";
import type { StoredDelivery } from "../../../collector/stores/incident-store.ts";
import {
  type AlertingDesk,
  createTestSink,
  openAlertingDesk,
  startAlertingOf,
  type TestSink,
} from "./support/alerting-desk.ts";

const DAY = 86_400_000;

let desk: AlertingDesk | undefined;
afterEach(async () => {
  await desk?.[Symbol.asyncDispose]();
  desk = undefined;
});

test("who is called otherwise is told of what is open, whether the old name was told of it or not, and once", async () => {
  const old = createTestSink("pagr");
  const open = (desk = await openAlertingDesk([old]));
  await open.startRun("run");
  await open.find();
  await open.settle();
  old.answer = () => Promise.resolve({ status: "retryable", reason: "it is down" });
  await open.find({ id: "new-process-1", rule: "new-process" });
  await open.settle();
  const renamed = createTestSink("pager");
  await restart(open, [renamed]);
  await restart(open, [renamed]);

  expect(
    renamed.told.map(({ action, incident }) => `${action} ${incident.rule}`).toSorted(),
  ).toEqual(["trigger new-destination", "trigger new-process"]);
});

test("who was there before the file lost another name is not told again", async () => {
  const [pager, chat] = [createTestSink("pager"), createTestSink("chat")];
  chat.answer = () => Promise.resolve({ status: "refused", reason: "no such channel" });
  const open = (desk = await openAlertingDesk([createTestSink("old"), pager, chat]));
  await open.startRun("run");
  await open.find();
  await open.settle();
  await restart(open, [pager, chat]);

  expect(pager.told).toHaveLength(1);
  expect(chat.told).toHaveLength(1);
});

test("what waits for a name that is missing waits on, is told at the start, and is dead after a day", async () => {
  const sink = createTestSink("pager");
  sink.answer = () => Promise.resolve({ status: "retryable", reason: "it is down" });
  const open = (desk = await openAlertingDesk([sink]));
  await open.startRun("run");
  await open.find();
  await open.settle();
  const unnamed: unknown[] = [];
  await open.alerting[Symbol.asyncDispose]();
  await using alerting = await startAlertingOf(open, [], (missing) => unnamed.push(...missing));
  open.clock.now += DAY - 1_000;
  await alerting.lookAfter();
  const before = open.store.readAlertingFigures(open.clock.now, []);
  open.clock.now += 2_000;
  await alerting.lookAfter();
  const [dead] = listDead(open);

  expect(unnamed).toMatchObject([{ sink: "pager", waiting: 1 }]);
  expect(before).toMatchObject({ unnamedBySink: { pager: 1 }, oldestDueAt: null });
  expect(dead).toMatchObject({
    sink: "pager",
    reason:
      "the file of --alerting names no sink so; name one so, start again, and have this tried again",
  });
  await expect(alerting.retry(dead ?? { number: 0, sink: "" })).rejects.toThrow(
    new RequestProblem(
      "bad-request",
      'there is no sink "pager" any more: name it in the file of --alerting and start again',
    ),
  );
  expect(listDead(open)).toHaveLength(1);
});

test("what was given up for a name that was missing is told to whoever is called otherwise then", async () => {
  const sink = createTestSink("pagr");
  sink.answer = () => Promise.resolve({ status: "retryable", reason: "it is down" });
  const open = (desk = await openAlertingDesk([sink]));
  await open.startRun("run");
  await open.find();
  await open.settle();
  await open.alerting[Symbol.asyncDispose]();
  await using alerting = await startAlertingOf(open, []);
  open.clock.now += DAY + 1_000;
  await alerting.lookAfter();
  const dead = listDead(open).length;
  open.clock.now -= DAY;
  const renamed = createTestSink("pager");
  await restart({ ...open, alerting }, [renamed]);
  await restart({ ...open, alerting }, [renamed]);

  expect(dead).toBe(1);
  expect(renamed.told.map(({ action }) => action)).toEqual(["trigger"]);
});

test("a disk that is full at the start keeps nobody from being told when it has room again", async () => {
  const open = (desk = await openAlertingDesk([createTestSink("pagr")]));
  await open.startRun("run");
  await open.find();
  await open.settle();
  await open.alerting[Symbol.asyncDispose]();
  const pager = createTestSink("pager");
  const { store } = open;
  let isFull = true;
  const small: AlertingDesk["store"] = Object.create(store, {
    recordIncidents: {
      value: (...changes: Parameters<typeof store.recordIncidents>) =>
        isFull
          ? Promise.reject(new RequestProblem("storage-failed", "the disk is full"))
          : store.recordIncidents(...changes),
    },
  });
  await using alerting = await startAlertingOf({ ...open, store: small }, [pager]);
  await alerting.idle();
  await alerting.lookAfter();
  const before = pager.told.length;
  isFull = false;
  await alerting.lookAfter();
  await alerting.lookAfter();
  await alerting.idle();

  expect([before, pager.told.length]).toEqual([0, 1]);
  expect(open.defects).toEqual([]);
});

test("what waits for a name that was misspelt for a while is told when it is there again", async () => {
  const sink = createTestSink("pager");
  sink.answer = () => Promise.resolve({ status: "retryable", reason: "it is down" });
  const open = (desk = await openAlertingDesk([sink]));
  await open.startRun("run");
  await open.find();
  await open.settle();
  await restart(open, []);
  sink.answer = undefined;
  open.clock.now += 3_600_000;
  await restart(open, [sink]);

  expect(sink.told.map(({ action }) => action)).toEqual(["trigger", "trigger"]);
  expect(new Set(sink.told.map(({ deliveryId }) => deliveryId)).size).toBe(1);
});

async function restart(open: AlertingDesk, sinks: readonly TestSink[]): Promise<void> {
  await open.alerting[Symbol.asyncDispose]();
  await using alerting = await startAlertingOf(open, sinks);
  await alerting.idle();
}

function listDead(open: AlertingDesk): readonly StoredDelivery[] {
  return open.store.findDeliveries("default", { state: "dead" }, { after: undefined, limit: 10 })
    .items;
}
