import { afterEach, expect, test } from "vitest";

import type { Notification } from "../../../collector/alerting/notification.ts";
import type { IncidentState, StoredIncident } from "../../../collector/stores/incident-store.ts";
import {
  type AlertingDesk,
  BY,
  createTestSink,
  openAlertingDesk,
  TENANT,
  type TestSink,
  toConfig,
} from "./support/alerting-desk.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let desk: AlertingDesk | undefined;
afterEach(async () => {
  await desk?.[Symbol.asyncDispose]();
  const [defect] = desk?.defects ?? [];
  desk = undefined;
  if (defect !== undefined) throw defect;
});

test("findings of one cause are one incident, which is paged once and counted", async () => {
  const { sink, ...open } = await openDesk();
  await open.startRun("run");
  await open.startRun("run-2");
  await open.find();
  await open.settle();
  await open.find({ runId: "run-2" });
  await open.find({ id: "new-destination-2" });
  await open.settle();

  expect(sink.told).toMatchObject([
    {
      action: "trigger",
      incident: {
        urgency: "page",
        severity: "critical",
        rule: "new-destination",
        message: "curl reached example.net, which no run of this job has.",
        evidence: { seen: "example.net:443" },
        job: { repository: "acme/app", ref: "refs/heads/main", runId: "77" },
        links: {
          runbook: "https://guard.example.com/runbooks/new-destination",
          job: "https://github.com/acme/app/actions/runs/77",
        },
      },
    },
  ]);
  expect(list(open)).toMatchObject([
    { state: "open", runs: 2, findings: 3, openFindings: 3, firstRunId: "run", lastRunId: "run" },
  ]);
});

test("what differs by its words, its job or its rule is an incident of its own", async () => {
  const { sink, ...open } = await openDesk();
  await open.startRun("run");
  await open.startRun("other", "deploy");
  await open.find();
  await open.find({ id: "new-destination-2", message: "curl reached example.org." });
  await open.find({ id: "new-process-1", rule: "new-process" });
  await open.find({ runId: "other" });
  await open.settle();

  expect(list(open)).toHaveLength(4);
  expect(new Set(sink.told.map(({ incident }) => incident.id)).size).toBe(4);
});

test("a ticket waits for what belongs to it, is told of what comes later five minutes on, and again after four hours", async () => {
  const { sink, ...open } = await openDesk();
  await open.startRun("run");
  await open.find({ severity: "high" });
  await open.passTime(29_000);
  expect(sink.told).toEqual([]);
  await open.passTime(1_000);
  await open.find({ severity: "high", id: "new-destination-2" });
  await open.passTime(4 * MINUTE);
  expect(actions(sink)).toEqual(["trigger"]);
  await open.passTime(MINUTE);
  expect(actions(sink)).toEqual(["trigger", "update"]);
  await open.passTime(4 * HOUR - 1);
  expect(actions(sink)).toEqual(["trigger", "update"]);
  await open.passTime(1);

  expect(actions(sink)).toEqual(["trigger", "update", "update"]);
  expect(sink.told[1]?.incident).toMatchObject({ urgency: "ticket", findings: 2 });
  expect(sink.references).toEqual([undefined, "of pager", "of pager"]);
});

test("an incident is over when all of its findings are, and that is told", async () => {
  const { sink, ...open } = await openDesk();
  await open.startRun("run");
  await open.find();
  await open.find({ id: "new-destination-2" });
  await open.settle();
  await open.store.resolveOwnFinding({ runId: "run", id: "new-destination-1", at: 1 });
  await open.settle();
  expect(states(open)).toEqual(["open"]);
  await open.store.suppressFinding(
    { runId: "run", id: "new-destination-2" },
    { ...BY, until: Number.MAX_SAFE_INTEGER },
  );
  await open.settle();

  expect(list(open)).toMatchObject([
    { state: "resolved", resolution: "findings", openFindings: 0 },
  ]);
  expect(actions(sink)).toEqual(["trigger", "resolve"]);
});

test("what is suppressed already makes no incident", async () => {
  const { sink, ...open } = await openDesk();
  await open.startRun("run");
  await open.find();
  await open.settle();
  await open.store.suppressFinding(
    { runId: "run", id: "new-destination-1" },
    { ...BY, until: Number.MAX_SAFE_INTEGER },
  );
  await open.find({ id: "new-destination-2" });
  await open.passTime(HOUR);

  expect(list(open)).toMatchObject([{ state: "resolved", findings: 1 }]);
  expect(actions(sink)).toEqual(["trigger", "resolve"]);
});

test("what is over before anybody was told of it is not told at all", async () => {
  const { sink, ...open } = await openDesk();
  await open.startRun("run");
  await open.find({ severity: "high" });
  await open.settle();
  await open.store.resolveOwnFinding({ runId: "run", id: "new-destination-1", at: 1 });
  await open.passTime(HOUR);

  expect(sink.told).toEqual([]);
  expect(deliveries(open)).toEqual(["trigger superseded"]);
});

test("a page that may have come through is told as over, and not as new, once it is", async () => {
  const { sink, ...open } = await openDesk();
  sink.answer = () => Promise.resolve({ status: "retryable", reason: "cut off" });
  await open.startRun("run");
  await open.find();
  await open.settle();
  sink.answer = undefined;
  await open.store.resolveOwnFinding({ runId: "run", id: "new-destination-1", at: 1 });
  await open.passTime(HOUR);

  expect(actions(sink)).toEqual(["trigger", "resolve"]);
  expect(deliveries(open)).toEqual(["trigger superseded", "resolve delivered"]);
});

test("a resolve waits for the trigger that is being delivered", async () => {
  const { sink, ...open } = await openDesk();
  const started = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<{ status: "delivered" }>();
  sink.answer = () => {
    started.resolve();
    return answer.promise;
  };
  await open.startRun("run");
  await open.find();
  open.alerting.wake();
  await started.promise;
  const { id = "" } = list(open)[0] ?? {};
  await open.alerting.resolve(id, BY);
  expect(actions(sink)).toEqual(["trigger"]);
  sink.answer = undefined;
  answer.resolve({ status: "delivered" });
  await open.settle();

  expect(actions(sink)).toEqual(["trigger", "resolve"]);
  expect(list(open)).toMatchObject([{ resolution: "operator", resolvedBy: { owner: "platform" } }]);
  expect(sink.told.at(-1)?.incident).toMatchObject({
    resolution: "operator",
    resolvedBy: { owner: "platform" },
  });
});

test("somebody acknowledges an incident, which is told once, and it is not told of again until it is graver", async () => {
  const { sink, ...open } = await openDesk();
  await open.startRun("run");
  await open.find({ severity: "high" });
  await open.passTime(MINUTE);
  const { id = "" } = list(open)[0] ?? {};
  await open.alerting.acknowledge(id, { ...BY, at: open.clock.now });
  await open.passTime(9 * HOUR);
  expect(actions(sink)).toEqual(["trigger", "acknowledge"]);
  expect(sink.told.map(({ incident }) => incident.acknowledged?.owner)).toEqual([
    undefined,
    "platform",
  ]);
  expect(open.store.showFinding(TENANT, { runId: "run", id: "new-destination-1" }, 0)?.state).toBe(
    "acknowledged",
  );
  await open.find({ severity: "critical" });
  await open.settle();

  expect(actions(sink)).toEqual(["trigger", "acknowledge", "update"]);
  expect(list(open)).toMatchObject([
    { state: "open", severity: "critical", urgency: "page", acknowledged: null },
  ]);
});

test("who acknowledges a finding acknowledges its incident", async () => {
  const { sink, ...open } = await openDesk();
  await open.startRun("run");
  await open.find();
  await open.settle();
  await open.store.acknowledgeFinding({ runId: "run", id: "new-destination-1" }, BY);
  await open.settle();

  expect(list(open)).toMatchObject([
    { state: "acknowledged", acknowledged: { owner: "platform" } },
  ]);
  expect(actions(sink)).toEqual(["trigger", "acknowledge"]);
});

test("a silence that comes and goes pages once, then later each time, and not while it is over again", async () => {
  const { sink, ...open } = await openDesk();
  await open.startRun("run");
  for (let times = 0; times < 4; times += 1) {
    await open.find({ id: "guard-silent", rule: "guard-silent", severity: "high" });
    await open.passTime(MINUTE);
    await open.store.resolveOwnFinding({ runId: "run", id: "guard-silent", at: 1 });
    await open.passTime(MINUTE);
  }

  expect(actions(sink)).toEqual(["trigger", "resolve"]);
  expect(list(open)).toMatchObject([{ reopenings: 3, findings: 1, state: "resolved" }]);
  await open.find({ id: "guard-silent", rule: "guard-silent", severity: "high" });
  await open.passTime(39 * MINUTE);
  expect(actions(sink)).toEqual(["trigger", "resolve"]);
  await open.passTime(MINUTE);
  expect(actions(sink)).toEqual(["trigger", "resolve", "trigger"]);
});

test("what comes after somebody has said that it is over is a new incident", async () => {
  const { sink, ...open } = await openDesk();
  await open.startRun("run");
  await open.find();
  await open.settle();
  await open.alerting.resolve(list(open)[0]?.id ?? "", BY);
  await open.startRun("run-2");
  open.clock.now += 1;
  await open.find({ runId: "run-2" });
  await open.settle();

  expect(states(open)).toEqual(["open", "resolved"]);
  expect(actions(sink)).toEqual(["trigger", "resolve", "trigger"]);
});

test("whoever words findings as he likes has so many incidents in a job, and one more for all others", async () => {
  const { sink, ...open } = await openDesk();
  await open.startRun("run");
  for (let index = 0; index < 40; index += 1)
    await open.find({
      id: `new-destination-${index}`,
      message: `It reached ${index}.example.net.`,
    });
  await open.settle();

  expect(list(open)).toHaveLength(17);
  expect(sink.told).toHaveLength(17);
  expect(
    list(open)
      .map(({ findings }) => findings)
      .toSorted((one, other) => other - one)[0],
  ).toBe(24);
});

test("a sink that hangs delays no other", async () => {
  const [slow, quick] = [createTestSink("slow", { attemptMs: 60_000 }), createTestSink("quick")];
  slow.answer = (_, { signal }) =>
    new Promise((resolve) =>
      signal.addEventListener("abort", () => resolve({ status: "retryable", reason: "late" })),
    );
  desk = await openAlertingDesk([slow, quick]);
  await desk.startRun("run");
  for (let index = 0; index < 12; index += 1)
    await desk.find({ id: `new-destination-${index}`, message: `${index}` });
  await expect.poll(() => quick.told.length).toBe(12);

  expect(slow.told).toHaveLength(8);
});

test("a busy sink is left alone for as long as it asks, and gets all of it then", async () => {
  const { sink, ...open } = await openDesk();
  sink.answer = () => Promise.resolve({ status: "retryable", reason: "429", retryAfterMs: 60_000 });
  await open.startRun("run");
  for (let index = 0; index < 20; index += 1)
    await open.find({ id: `new-process-${index}`, rule: `rule-${index}` });
  await open.settle();
  const asked = sink.told.length;
  await open.passTime(59_000);
  expect(sink.told).toHaveLength(asked);
  sink.answer = undefined;
  await open.passTime(HOUR);

  expect(asked).toBeLessThanOrEqual(20);
  const accepted = sink.told.slice(asked);
  expect(new Set(accepted.map(({ incident }) => incident.id)).size).toBe(20);
  expect(accepted).toHaveLength(20);
});

test("what is refused is dead until somebody has it tried again, under the same id", async () => {
  const { sink, ...open } = await openDesk();
  sink.answer = () => Promise.resolve({ status: "refused", reason: "no such key" });
  await open.startRun("run");
  await open.find();
  await open.settle();
  const [dead] = open.store.findDeliveries(
    TENANT,
    { state: "dead" },
    { after: undefined, limit: 10 },
  ).items;
  expect(dead).toMatchObject({
    sink: "pager",
    action: "trigger",
    reason: "no such key",
    attempts: 1,
  });
  expect(open.store.readAlertingFigures(open.clock.now, ["pager"])).toMatchObject({
    deadBySink: { pager: 1 },
  });
  sink.answer = undefined;
  await open.alerting.retry(dead ?? { number: 0, sink: "pager" });
  await open.settle();

  expect(actions(sink)).toEqual(["trigger", "trigger"]);
  expect(new Set(sink.told.map(({ deliveryId }) => deliveryId)).size).toBe(1);
  expect(deliveries(open)).toEqual(["trigger delivered", "update waiting"]);
});

test("what a sink has not taken waits for as long as it was first due, however often it is put off", async () => {
  const { sink, ...open } = await openDesk();
  const readFigures = () => open.store.readAlertingFigures(open.clock.now, ["pager"]);
  sink.answer = () => Promise.resolve({ status: "retryable", reason: "it is down" });
  await open.startRun("run");
  await open.find();
  await open.settle();
  const { oldestDueAt } = readFigures();
  for (let retries = 0; retries < 3; retries += 1) await open.passTime(120_000);

  expect(open.clock.now - (oldestDueAt ?? open.clock.now)).toBeGreaterThan(300_000);
  expect(readFigures()).toMatchObject({ oldestDueAt, waitingBySink: { pager: 1 } });
  sink.answer = undefined;
  await open.passTime(600_000);
  expect(readFigures()).toMatchObject({ oldestDueAt: null, waitingBySink: {} });
});

test("a dead page is not sent after all once its incident is over", async () => {
  const { sink, ...open } = await openDesk();
  sink.answer = () => Promise.resolve({ status: "refused", reason: "no such key" });
  await open.startRun("run");
  await open.find();
  await open.settle();
  await open.alerting.resolve(list(open)[0]?.id ?? "", BY);
  const [dead] = open.store.findDeliveries(
    TENANT,
    { state: "dead" },
    { after: undefined, limit: 10 },
  ).items;
  await open.alerting.retry(dead ?? { number: 0, sink: "pager" });
  await open.settle();

  expect(actions(sink)).toEqual(["trigger"]);
  expect(deliveries(open)).toEqual(["trigger superseded"]);
});

test("a sink that says how long it needs has that long for an attempt", async () => {
  await using slow = await openAlertingDesk([
    { ...createTestSink("mail"), attemptMs: 20, deliver: () => new Promise(() => undefined) },
  ]);
  await slow.startRun("run");
  await slow.find();
  await slow.settle();

  expect(
    slow.store.findDeliveries(TENANT, {}, { after: undefined, limit: 10 }).items,
  ).toMatchObject([{ state: "waiting", reason: "no answer within 20 ms" }]);
});

test("what nobody takes is tried for a day, and then dead", async () => {
  const { sink, ...open } = await openDesk();
  sink.answer = () => Promise.resolve({ status: "retryable", reason: "connection refused" });
  await open.startRun("run");
  await open.find();
  await open.settle();
  for (let minutes = 0; minutes < 24 * 60 + 30 && !isDead(open); minutes += 30)
    await open.passTime(30 * MINUTE);

  expect(isDead(open)).toBe(true);
  expect(sink.told.length).toBeGreaterThan(40);
});

test("a sink of its own pace is told again at that, also while it is acknowledged", async () => {
  const sink = createTestSink("pager", { repeatMs: 2 * MINUTE });
  desk = await openAlertingDesk([sink]);
  await desk.startRun("run");
  await desk.find();
  await desk.settle();
  await desk.passTime(2 * MINUTE);
  await desk.alerting.acknowledge(list(desk)[0]?.id ?? "", BY);
  await desk.passTime(2 * MINUTE);

  expect(actions(sink)).toEqual(["trigger", "update", "acknowledge", "update"]);
});

test("during a maintenance that drops alerts nobody is told, which is counted; one that holds them tells when it is over", async () => {
  const sinks = [createTestSink("pager"), createTestSink("chat")];
  const during = { from: "2026-02-02T11:00:00Z", to: "2026-02-02T13:00:00Z" };
  desk = await openAlertingDesk(
    sinks,
    toConfig(sinks, {
      maintenance: [
        { match: { rule: "new-process" }, during, alerts: "drop" },
        { match: { rule: "new-destination" }, during, alerts: "hold" },
      ],
    }),
  );
  await desk.startRun("run");
  await desk.find({ id: "new-process-1", rule: "new-process" });
  await desk.find();
  await desk.passTime(HOUR - 1);
  expect(sinks[0]?.told).toEqual([]);
  await desk.passTime(1);

  expect(sinks.map(({ told }) => told.map(({ incident }) => incident.rule))).toEqual([
    ["new-destination"],
    ["new-destination"],
  ]);
  const dropped = new Map(list(desk).map((one) => [one.rule, one.dropped]));
  expect(dropped.get("new-destination")).toBe(0);
  expect(dropped.get("new-process")).toBe(2);
});

test("nothing below medium is told without a route that says so", async () => {
  const { sink, ...open } = await openDesk();
  await open.startRun("run");
  await open.find({ severity: "low" });
  await open.passTime(HOUR);

  expect(sink.told).toEqual([]);
  expect(states(open)).toEqual(["open"]);
});

test("what nobody has heard of for two weeks is over, and forgotten with what was told of it later", async () => {
  const { sink, ...open } = await openDesk();
  await open.startRun("run");
  await open.find({ severity: "low" });
  await open.settle();
  open.clock.now += 15 * 24 * HOUR;
  await open.alerting.lookAfter();
  expect(list(open)).toMatchObject([{ state: "resolved", resolution: "age" }]);
  open.clock.now += 2 * 24 * HOUR;
  await open.alerting.lookAfter();

  expect(list(open)).toEqual([]);
  expect(sink.told).toEqual([]);
});

test("news of findings that were removed hold up nothing", async () => {
  const { sink, ...open } = await openDesk();
  await open.startRun("gone");
  await open.startRun("run");
  await open.store.addOwnFinding({
    runId: "gone",
    id: "new-process-1",
    rule: "new-process",
    severity: "critical",
    message: "x",
    technique: null,
    evidence: {},
    at: 1,
  });
  for (let pieces = 0; pieces < 4; pieces += 1) await open.store.removeRun("gone");
  await open.find();
  await open.settle();

  expect(sink.told.at(-1)).toMatchObject({ incident: { rule: "new-destination" } });
  expect(open.store.listNews("alerting", 10)).toEqual([]);
});

async function openDesk(): Promise<AlertingDesk & { readonly sink: TestSink }> {
  const sink = createTestSink("pager");
  desk = await openAlertingDesk([sink]);
  return Object.assign(desk, { sink });
}

function actions(sink: TestSink): Notification["action"][] {
  return sink.told.map(({ action }) => action);
}

type WithStore = Pick<AlertingDesk, "store">;

function list({ store }: WithStore): readonly StoredIncident[] {
  return store.findIncidents(TENANT, {}, { after: undefined, limit: 100 }).items;
}

function states(open: WithStore): readonly IncidentState[] {
  return list(open).map(({ state }) => state);
}

function deliveries({ store }: WithStore): readonly string[] {
  return store
    .findDeliveries(TENANT, {}, { after: undefined, limit: 100 })
    .items.toReversed()
    .map(({ action, state }) => `${action} ${state}`);
}

function isDead({ store }: WithStore): boolean {
  return (
    store.findDeliveries(TENANT, { state: "dead" }, { after: undefined, limit: 1 }).items.length > 0
  );
}
