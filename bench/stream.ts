/** What an event costs the guard on its way to the collector, and whether all of them get there after the collector was away. */
import { setTimeout as wait } from "node:timers/promises";

import { CollectorProcess } from "../test/agent/stream/support/collector-process.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import type { Row } from "./harness/table.ts";
import type { FeederOptions } from "./stream-of/feeder.ts";
import { startFeeder } from "./stream-of/feeding.ts";
import { readNumber } from "./stream-of/make-file.ts";

const GOALS =
  "Goals: 5 µs of CPU an event from the queue to the socket, spool on disk; after the collector was away nothing lost, in order, all of it stored within 30 s.";

await runBenchmark(
  {
    name: "stream",
    about: "the guard's way to the collector: its cost, and the collector away and back",
    options: {
      events: { default: 200_000, quick: 20_000, help: "events for the cost" },
      pace: { default: 10_000, help: "events a second for the cost" },
      rate: { default: 1_000, help: "events a second while the collector is away" },
      away: { default: 600, quick: 3, help: "seconds that it is away" },
    },
    async run({ events, pace, rate, away }) {
      const cost = await measureCost(events, pace);
      const back = await measureAbsence(rate, away);
      return { rows: [cost, back].map(toRow), notes: [GOALS], measured: { cost, back } };
    },
  },
  process.argv.slice(2),
);

interface Measured {
  readonly what: string;
  readonly events: number;
  readonly cpuMicroseconds: number | undefined;
  readonly stored: number;
  readonly isInOrder: boolean | undefined;
  readonly secondsToCatchUp: number | undefined;
}

function toRow(measured: Measured): Row {
  const { what, events, cpuMicroseconds, stored, isInOrder, secondsToCatchUp } = measured;
  return {
    what,
    events,
    "µs of CPU per event": cpuMicroseconds?.toFixed(2) ?? "",
    stored,
    lost: events - stored,
    "in order": isInOrder === undefined ? "" : String(isInOrder),
    "caught up after s": secondsToCatchUp?.toFixed(1) ?? "",
  };
}

async function measureCost(events: number, pace: number): Promise<Measured> {
  await using collector = await CollectorProcess.start();
  const idle = await measureFeeder(collector, { events, eventsPerSecond: pace, isIdle: true });
  const busy = await measureFeeder(collector, { events, eventsPerSecond: pace });
  return {
    what: "cost",
    events,
    // The feeder's own turns and events cost as much again.
    cpuMicroseconds: busy.cpuMicroseconds - idle.cpuMicroseconds,
    stored: busy.stored,
    isInOrder: undefined,
    secondsToCatchUp: undefined,
  };
}

/** Of the last two thirds: what is told first makes the program warm, as a guard is that runs for a minute. */
async function measureFeeder(
  collector: CollectorProcess,
  pace: Pick<FeederOptions, "events" | "eventsPerSecond" | "isIdle">,
) {
  const { events } = pace;
  using feeding = startFeeder(collector, pace);
  while ((feeding.last?.fed ?? 0) < events / 3) await wait(20);
  const warm = feeding.last;
  while ((feeding.last?.fed ?? 0) < events) await wait(20);
  await feeding.end();
  const cpu = (feeding.last?.cpu ?? 0) - (warm?.cpu ?? 0);
  return {
    cpuMicroseconds: cpu / ((feeding.last?.fed ?? 0) - (warm?.fed ?? 0)),
    // All that it acknowledged but the last event, which says that it is the last.
    stored: (feeding.last?.stored ?? 1) - 1,
  };
}

async function measureAbsence(rate: number, seconds: number): Promise<Measured> {
  await using collector = await CollectorProcess.start();
  using feeding = startFeeder(collector, {
    events: Number.MAX_SAFE_INTEGER,
    eventsPerSecond: rate,
  });
  while ((feeding.last?.stored ?? 0) < rate) await wait(20);
  await collector.goAway();
  await wait(seconds * 1_000);
  await collector.comeBack();
  const back = performance.now();
  // As near to what is told as it is without an absence: what waits for the next batch.
  while ((feeding.last?.stored ?? 0) < (feeding.last?.fed ?? 0) - rate) await wait(20);
  const secondsToCatchUp = (performance.now() - back) / 1_000;
  await feeding.end();
  const { stored, isInOrder } = await count(collector);
  const events = feeding.last?.fed ?? 0;
  const what = `away for ${seconds} s`;
  return { what, events, cpuMicroseconds: undefined, stored, isInOrder, secondsToCatchUp };
}

async function count(collector: CollectorProcess) {
  const [run] = await collector.runs();
  let last = 0;
  let stored = 0;
  let isInOrder = true;
  for (const event of await collector.events(run?.id ?? "")) {
    if (event.kind !== "file-written") continue;
    const { number } = readNumber(event.path);
    if (number !== last + 1) isInOrder = false;
    last = number;
    stored += 1;
  }
  return { stored, isInOrder };
}
