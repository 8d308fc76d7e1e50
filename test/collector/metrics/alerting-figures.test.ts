/** What /metrics tells of alerts that nobody got. */
import { expect, test } from "vitest";

import {
  addAlertingFigures,
  type CountDelivery,
} from "../../../collector/metrics/alerting-figures.ts";
import {
  createMetricRegistry,
  type MetricRegistry,
} from "../../../collector/metrics/metric-registry.ts";
import type { AlertingFigures } from "../../../collector/stores/incident-store.ts";
import { createTestSink, openAlertingDesk } from "../alerting/support/alerting-desk.ts";

const NONE = {
  openBySeverity: {},
  waitingBySink: {},
  deadBySink: {},
  unnamedBySink: {},
  oldestDueAt: null,
};

test("an alert that was refused is dead, and one that nobody takes waits for as long as there is reason for it", async () => {
  const [pager, chat] = [createTestSink("pager"), createTestSink("chat")];
  pager.answer = () => Promise.resolve({ status: "refused", reason: "no such key" });
  chat.answer = () => Promise.resolve({ status: "retryable", reason: "it is down" });
  await using desk = await openAlertingDesk([pager, chat]);
  const registry = createMetricRegistry();
  addAlertingFigures(registry, {
    prefix: "it",
    readFigures: () => desk.store.readAlertingFigures(desk.clock.now, ["pager", "chat"]),
    countNews: () => desk.store.countNews(),
    now: () => desk.clock.now,
  });
  const before = await readSeries(registry);
  await desk.startRun("run");
  await desk.find();
  await desk.settle();
  // Whatever was drawn for the next attempt, it is due by then; nobody has told the deliverer.
  desk.clock.now += 600_000;

  expect(before).toEqual({
    'incidents_open{severity="info"}': 0,
    'incidents_open{severity="low"}': 0,
    'incidents_open{severity="medium"}': 0,
    'incidents_open{severity="high"}': 0,
    'incidents_open{severity="critical"}': 0,
    oldest_delivery_seconds: 0,
    news_waiting: 0,
  });
  const after = await readSeries(registry);
  expect(after).toMatchObject({
    'incidents_open{severity="critical"}': 1,
    'incidents_open{severity="high"}': 0,
    'deliveries_dead{sink="pager"}': 1,
    'deliveries_waiting{sink="chat"}': 1,
    oldest_delivery_seconds: 600,
  });
  expect(after).not.toHaveProperty('deliveries_dead{sink="chat"}');
  expect(desk.defects).toEqual([]);
});

test("what became of attempts is counted by sink", async () => {
  const registry = createMetricRegistry();
  const count = addFigures(registry, () => NONE);
  count("pager", "delivered");
  count("pager", "refused");
  count("chat", "retryable");
  count("chat", "retryable");

  expect(await readSeries(registry)).toMatchObject({
    'deliveries_delivered_total{sink="pager"}': 1,
    'deliveries_refused_total{sink="pager"}': 1,
    'deliveries_retried_total{sink="chat"}': 2,
  });
});

test("the figures are read once each time that somebody asks, however many there are", async () => {
  const registry = createMetricRegistry();
  let reads = 0;
  addFigures(registry, () => {
    reads += 1;
    return NONE;
  });
  await registry.render();
  expect(reads).toBe(1);
  await registry.render();

  expect(reads).toBe(2);
});

function addFigures(registry: MetricRegistry, readFigures: () => AlertingFigures): CountDelivery {
  return addAlertingFigures(registry, {
    prefix: "it",
    readFigures,
    countNews: () => 0,
    now: () => 0,
  });
}

/** Without its prefix. */
async function readSeries(registry: MetricRegistry): Promise<Record<string, number>> {
  const lines = (await registry.render()).split("\n").filter((line) => line.startsWith("it_"));
  return Object.fromEntries(
    lines.map((line) => {
      const end = line.lastIndexOf(" ");
      return [line.slice("it_".length, end), Number(line.slice(end))];
    }),
  );
}
