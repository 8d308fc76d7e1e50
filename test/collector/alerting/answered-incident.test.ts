/** What is told when something was done about an incident. */
import { afterEach, expect, test, vi } from "vitest";

import type { DeliveryOutcome } from "../../../collector/alerting/sink.ts";
import type { NewResponse } from "../../../collector/stores/response-store.ts";
import { type AlertingDesk, createTestSink, openAlertingDesk } from "./support/alerting-desk.ts";

let desk: AlertingDesk | undefined;
afterEach(async () => {
  await desk?.[Symbol.asyncDispose]();
  desk = undefined;
});

test("whoever was told of an incident is told at once what was done about it, but for a pager that shows no updates", async () => {
  const [chat, pager] = [createTestSink("chat"), createTestSink("pager", { showsUpdates: false })];
  const open = (desk = await openAlertingDesk([chat, pager]));
  await open.startRun("run");
  await open.find();
  await open.settle();
  await open.store.doResponses({ responses: [newResponse({ state: "acting" })] });
  await open.passTime(1_000);
  const before = chat.told.length;
  await open.store.doResponses({ responses: [newResponse({ state: "done" })] });
  await open.passTime(1_000);
  await open.passTime(60_000);

  expect(before).toBe(1);
  expect(chat.told.map(({ action }) => action)).toEqual(["trigger", "update"]);
  expect(chat.told.at(-1)?.incident.responses).toEqual([
    "kill-pod (rule new-destination) is done: the pod is gone.",
  ]);
  expect(pager.told.map(({ action }) => action)).toEqual(["trigger"]);
});

test("what failed is told, also of an incident that somebody has seen to", async () => {
  const chat = createTestSink("chat");
  const open = (desk = await openAlertingDesk([chat]));
  await open.startRun("run");
  await open.find();
  await open.settle();
  const [incident] = open.store.findIncidents("default", {}, { after: undefined, limit: 1 }).items;
  const by = { role: "responder", token: "t", owner: "platform", reason: "seen", at: 1 };
  await open.alerting.acknowledge(incident?.id ?? "", by);
  await open.passTime(1_000);
  await open.store.doResponses({ responses: [newResponse({ state: "failed" })] });
  await open.passTime(1_000);

  expect(chat.told.map(({ action }) => action)).toEqual(["trigger", "acknowledge", "update"]);
  expect(chat.told.at(-1)?.incident.responses).toMatchObject([expect.stringContaining("FAILED")]);
});

test("what was not done, since responses are not armed, is no news", async () => {
  const chat = createTestSink("chat");
  const open = (desk = await openAlertingDesk([chat]));
  await open.startRun("run");
  await open.find();
  await open.settle();
  await open.store.doResponses({
    responses: [newResponse({ state: "dry-run", withheld: "not-armed" })],
  });
  await open.passTime(1_000);

  expect(chat.told.map(({ action }) => action)).toEqual(["trigger"]);
});

test("an incident that is over is told as over, and not again for what was done about it", async () => {
  const chat = createTestSink("chat");
  const open = (desk = await openAlertingDesk([chat]));
  await open.startRun("run");
  await open.find();
  await open.settle();
  await open.store.resolveOwnFinding({ runId: "run", id: "new-destination-1", at: 1 });
  await open.passTime(1_000);
  await open.store.doResponses({ responses: [newResponse({ state: "done" })] });
  await open.passTime(1_000);

  expect(chat.told.map(({ action }) => action)).toEqual(["trigger", "resolve"]);
});

test("of one incident the first answer is told at once, and those behind it together, five minutes after that", async () => {
  const chat = createTestSink("chat");
  const open = (desk = await openAlertingDesk([chat]));
  const runs = ["run", "second", "third", "fourth"];
  for (const runId of runs) {
    await open.startRun(runId);
    await open.find({ runId });
  }
  await open.settle();
  for (const runId of runs) {
    await open.store.doResponses({ responses: [newResponse({ state: "done", id: runId, runId })] });
    await open.passTime(10_000);
  }
  const inAMinute = chat.told.map(({ action }) => action);
  await open.passTime(300_000);

  expect(inAMinute).toEqual(["trigger", "update"]);
  expect(chat.told.map(({ action }) => action)).toEqual(["trigger", "update", "update"]);
  // Of the first run and of the last one.
  expect(chat.told.at(-1)?.incident.responses).toHaveLength(2);
});

test("a guard's own word that it has killed its job is no answer, however often it comes", async () => {
  const chat = createTestSink("chat");
  const open = (desk = await openAlertingDesk([chat]));
  await open.startRun("run");
  await open.find();
  await open.settle();
  const word = { step: "await-agent", outcome: "worked", answer: "it ended" } as const;
  const steps = [{ ...word, startedAt: 1, acceptedAt: 1, endedAt: 1 }];
  await open.store.doResponses({
    responses: [newResponse({ state: "done", action: "kill-job", steps })],
  });
  await open.passTime(600_000);

  expect(chat.told.map(({ action }) => action)).toEqual(["trigger"]);
});

test("an answer that comes while an update is on its way is told five minutes later", async () => {
  const chat = createTestSink("chat");
  const open = (desk = await openAlertingDesk([chat]));
  await open.startRun("run");
  await open.find();
  await open.passTime(1_000);
  await open.startRun("second");
  await open.find({ runId: "second" });
  await open.settle();
  const answered = Promise.withResolvers<DeliveryOutcome>();
  chat.answer = () => answered.promise;
  open.clock.now += 300_000;
  open.alerting.wake();
  const passing = open.settle();
  await vi.waitFor(() => expect(chat.told).toHaveLength(2), 30_000);
  await open.store.doResponses({ responses: [newResponse({ state: "done" })] });
  await vi.waitFor(() => expect(open.store.listNews("alerting", 10)).toEqual([]), 30_000);
  answered.resolve({ status: "delivered" });
  chat.answer = undefined;
  await passing;
  await open.passTime(300_000);

  expect(chat.told.map(({ action }) => action)).toEqual(["trigger", "update", "update"]);
  expect(chat.told.map(({ incident }) => incident.responses.length)).toEqual([0, 0, 1]);
});

function newResponse(response: Pick<NewResponse, "state"> & Partial<NewResponse>): NewResponse {
  const step = { step: "delete-pod", outcome: "worked", answer: "the pod is gone" } as const;
  return {
    id: "response-1",
    tenant: "default",
    runId: "run",
    findingId: "new-destination-1",
    rule: "new-destination",
    action: "kill-pod",
    isAutomatic: true,
    by: "rule new-destination",
    reason: "curl reached example.net",
    withheld: null,
    countedAt: null,
    steps: [{ ...step, startedAt: 1, acceptedAt: 2, endedAt: 3 }],
    target: { pod: null, workflowRun: null, runnerUid: null, commandNumber: null },
    retries: 0,
    decidedAt: 1,
    changedAt: 1,
    ...response,
  };
}
