import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createCoalescer, type RepeatableBody } from "../../../agent/events/coalescer.ts";
import { createEventStream } from "../../../agent/events/event-stream.ts";
import { formatTimestamp } from "../../../agent/events/timestamp.ts";
import { type GuardEvent, guardEventSchema } from "../../../protocol/index.ts";

const RESULTS = ["established", "refused", "timed-out", "failed"] as const;

const repeat = fc.record({
  key: fc.nat({ max: 12 }),
  /** Forwards and backwards: a clock can be set back, and records of several cores are mixed. */
  at: fc.integer({ min: 1_700_000_000_000_000, max: 1_700_000_005_000_000 }),
  count: fc.constantFrom(0 as const, 1 as const),
  result: fc.option(fc.constantFrom(...RESULTS), { nil: undefined }),
  bytesSent: fc.nat({ max: 1_000_000 }),
  bytesReceived: fc.nat({ max: 1_000_000 }),
});
const happenings = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: repeat.map((it) => ({ ...it, kind: "flow" as const })) },
    { weight: 6, arbitrary: repeat.map((it) => ({ ...it, kind: "file" as const })) },
    { weight: 1, arbitrary: fc.constant({ kind: "flush" as const }) },
    { weight: 2, arbitrary: fc.constant({ kind: "turn" as const }) },
  ),
  { maxLength: 80 },
);

test("what goes in comes out: counts, bytes and results, between the first and the last time", () => {
  fc.assert(
    fc.property(happenings, fc.integer({ min: 1, max: 15 }), (all, maxPending) => {
      const { events, coalescer } = collect(maxPending);
      const truth = new Map<string, ReturnType<typeof emptySum>>();
      for (const it of all) {
        if (it.kind === "flush" || it.kind === "turn") {
          coalescer[it.kind]();
          continue;
        }
        const isFlow = it.kind === "flow";
        const key = `${it.kind} ${it.key}`;
        const body = isFlow ? connectionTo(it.key) : fileNamed(it.key);
        if (isFlow) coalescer.addFlow(key, it.at, { ...it, describe: () => body });
        else coalescer.add(key, it.at, () => body);
        addTo(truth, key, {
          ...it,
          count: isFlow ? it.count : 1,
          result: isFlow ? it.result : undefined,
          bytesSent: isFlow ? it.bytesSent : 0,
          bytesReceived: isFlow ? it.bytesReceived : 0,
        });
      }
      coalescer.flush();

      expect(sumsOf(events)).toEqual(truth);
      for (const event of events) {
        expect(guardEventSchema.safeParse(event).error).toBeUndefined();
      }
      expect(events.filter((it) => "firstSeen" in it && it.firstSeen > it.lastSeen)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test("never more wait than may", () => {
  const keys = fc.array(fc.nat({ max: 40 }), { maxLength: 200 });
  fc.assert(
    fc.property(keys, fc.integer({ min: 1, max: 10 }), (all, maxPending) => {
      const { events, coalescer } = collect(maxPending);
      let described = 0;
      for (const key of all) {
        coalescer.add(`${key}`, 1, () => {
          described += 1;
          return fileNamed(key);
        });

        expect(described - events.length).toBeLessThanOrEqual(maxPending);
      }
      coalescer.flush();
      expect(events).toHaveLength(described);
    }),
  );
});

test("a thing waits for its repeats for as many turns as were asked for, and no longer", () => {
  const { events, coalescer } = collect(10);
  coalescer.add("1", 1, () => fileNamed(1));
  coalescer.turn();
  coalescer.add("2", 2, () => fileNamed(2));
  coalescer.add("1", 3, () => fileNamed(1));
  coalescer.turn();
  expect(events).toEqual([]);

  coalescer.turn();
  expect(events).toMatchObject([{ path: "/1", count: 2 }]);
  coalescer.add("1", 4, () => fileNamed(1));
  coalescer.turn();
  expect(events).toMatchObject([{ path: "/1" }, { path: "/2", count: 1 }]);
  coalescer.turn();
  coalescer.turn();
  expect(events).toMatchObject([{ path: "/1" }, { path: "/2" }, { path: "/1", count: 1 }]);
});

test("where no more may wait, the oldest alone waits no longer", () => {
  const { events, coalescer } = collect(2);
  for (const key of [1, 2, 3, 2]) coalescer.add(`${key}`, key, () => fileNamed(key));

  expect(events).toMatchObject([{ path: "/1" }]);
  coalescer.flush();
  expect(events).toMatchObject([{ path: "/1" }, { path: "/2", count: 2 }, { path: "/3" }]);
});

describe("what is folded", () => {
  test("is described once", () => {
    const { events, coalescer } = collect(10);
    for (const name of [1, 2, 3]) coalescer.add("same", name, () => fileNamed(name));
    coalescer.flush();

    expect(events).toEqual([
      {
        seq: 1,
        observedAt: formatTimestamp(3),
        ...fileNamed(1),
        count: 3,
        firstSeen: formatTimestamp(1),
        lastSeen: formatTimestamp(3),
      },
    ]);
  });

  test("keeps the earliest and the latest time when the clock is set back", () => {
    const { events, coalescer } = collect(10);
    for (const at of [20, 30, 10, 25]) coalescer.add("same", at, () => fileNamed(1));
    coalescer.flush();

    expect(events).toMatchObject([
      { count: 4, firstSeen: formatTimestamp(10), lastSeen: formatTimestamp(30) },
    ]);
  });

  test("begins anew after a flush, and a flush of nothing writes nothing", () => {
    const { events, coalescer } = collect(10);
    coalescer.add("same", 1, () => fileNamed(1));
    coalescer.flush();
    coalescer.flush();
    coalescer.add("same", 2, () => fileNamed(1));
    coalescer.flush();

    expect(events).toMatchObject([{ count: 1 }, { count: 1, firstSeen: formatTimestamp(2) }]);
  });

  test("is written in the order in which it was first seen", () => {
    const { events, coalescer } = collect(10);
    for (const key of [3, 1, 3, 2, 1]) coalescer.add(`${key}`, key, () => fileNamed(key));
    coalescer.flush();

    expect(events).toMatchObject([{ path: "/3" }, { path: "/1" }, { path: "/2" }]);
  });

  test("has news alone, without a count, where the connection was told before", () => {
    const { events, coalescer } = collect(10);
    const news = { result: "refused", bytesSent: 5, bytesReceived: 7 } as const;
    coalescer.addFlow("c", 1, { ...news, count: 0, describe: () => connectionTo(1) });
    coalescer.flush();

    expect(events).toMatchObject([
      { count: 0, results: { refused: 1 }, bytesSent: 5, bytesReceived: 7 },
    ]);
  });
});

function collect(maxPending: number) {
  const events: GuardEvent[] = [];
  const stream = createEventStream([(event) => events.push(event)]);
  return { events, coalescer: createCoalescer(stream, { maxPending, turns: 3 }) };
}

function connectionTo(port: number): RepeatableBody {
  return {
    kind: "connection",
    process: "1-1",
    network: { transport: "tcp", family: "ipv4" },
    destination: { ip: "192.0.2.1", port },
    verdict: "allowed",
    rule: "default",
  };
}

function fileNamed(name: number): RepeatableBody {
  return { kind: "file-written", process: "1-1", path: `/${name}`, operation: "write" };
}

interface Sum {
  at: number;
  count: number;
  result: (typeof RESULTS)[number] | undefined;
  bytesSent: number;
  bytesReceived: number;
}

function emptySum() {
  const results: Partial<Record<(typeof RESULTS)[number], number>> = {};
  return { count: 0, bytesSent: 0, bytesReceived: 0, results, first: "~", last: "" };
}

function addTo(sums: Map<string, ReturnType<typeof emptySum>>, key: string, one: Sum): void {
  const sum = sums.get(key) ?? emptySum();
  const at = formatTimestamp(one.at);
  sum.count += one.count;
  sum.bytesSent += one.bytesSent;
  sum.bytesReceived += one.bytesReceived;
  if (one.result) sum.results[one.result] = (sum.results[one.result] ?? 0) + 1;
  if (at < sum.first) sum.first = at;
  if (at > sum.last) sum.last = at;
  sums.set(key, sum);
}

function sumsOf(events: readonly GuardEvent[]): Map<string, ReturnType<typeof emptySum>> {
  const sums = new Map<string, ReturnType<typeof emptySum>>();
  for (const event of events) {
    if (event.kind !== "connection" && event.kind !== "file-written") continue;
    const isConnection = event.kind === "connection";
    const key = isConnection
      ? `flow ${event.destination.port}`
      : `file ${event.path.slice("/".length)}`;
    const sum = sums.get(key) ?? emptySum();
    sum.count += event.count;
    if (isConnection) {
      sum.bytesSent += event.bytesSent;
      sum.bytesReceived += event.bytesReceived;
      for (const result of RESULTS) {
        const count = event.results[result];
        if (count) sum.results[result] = (sum.results[result] ?? 0) + count;
      }
    }
    if (event.firstSeen < sum.first) sum.first = event.firstSeen;
    if (event.lastSeen > sum.last) sum.last = event.lastSeen;
    sums.set(key, sum);
  }
  return sums;
}
