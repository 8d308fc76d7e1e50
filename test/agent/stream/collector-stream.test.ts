/** Events on their way to a real collector that comes and goes. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { makeFile, readNumber } from "../../../bench/stream-of/make-file.ts";
import type { GuardEvent } from "../../../protocol/index.ts";
import { CollectorProcess } from "./support/collector-process.ts";
import { openTestStream } from "./support/open-test-stream.ts";

const MINUTE_MS = 60_000;
const STOPPED: GuardEvent = {
  seq: 1,
  observedAt: "2026-01-31T12:00:00.000001Z",
  kind: "guard-stopped",
  runId: "guard",
  exitCode: 0,
  signal: null,
  sensors: [],
};

let collector: CollectorProcess;
beforeEach(async () => {
  collector = await CollectorProcess.start();
});
afterEach(() => collector[Symbol.asyncDispose]());

function toNumbers(events: readonly GuardEvent[]): number[] {
  return events.flatMap((event) =>
    event.kind === "file-written" ? [readNumber(event.path).number] : [],
  );
}

function countTold(events: readonly GuardEvent[]): number {
  return events.reduce(
    (sum, event) => sum + (event.kind === "events-dropped" ? event.count : 0),
    0,
  );
}

function makeFinding(id: string): GuardEvent {
  const at = "2026-01-31T12:00:00.000001Z";
  return {
    seq: 1,
    observedAt: at,
    kind: "finding",
    id,
    rule: { id: "reverse-shell", name: "Reverse shell" },
    severity: "critical",
    process: null,
    message: "a shell",
    evidence: {},
    response: "report",
    count: 1,
    firstSeen: at,
    lastSeen: at,
  };
}

test("a finding is stored at once, with what came before it", async () => {
  await using stream = openTestStream({ urls: [collector.url], token: collector.agentToken });
  for (let number = 1; number <= 3; number += 1) stream.add(makeFile("a", number));
  stream.add(makeFinding("f-1"));
  await expect.poll(() => stream.delivery().stored).toBe(4);
  stream.add(STOPPED);
  await stream.finish(MINUTE_MS);

  expect(stream.delivery()).toMatchObject({ told: 5, stored: 5, dropped: {}, isComplete: true });
});

test("what is told while the collector is away arrives in order when it is back", async () => {
  await using stream = openTestStream({ urls: [collector.url], token: collector.agentToken });
  for (let number = 1; number <= 1_200; number += 1) stream.add(makeFile("a", number));
  await expect.poll(() => stream.delivery().stored).toBeGreaterThan(0);
  await collector.goAway("SIGKILL");
  for (let number = 1_201; number <= 9_000; number += 1) stream.add(makeFile("a", number));
  await collector.comeBack();
  stream.add(STOPPED);
  await stream.finish(MINUTE_MS);
  const [run] = await collector.runs();
  const events = await collector.events(run?.id ?? "");

  expect(stream.delivery()).toMatchObject({ stored: 9_001, dropped: {}, isComplete: true });
  expect(run).toMatchObject({ state: "over", events: 9_001 });
  expect(toNumbers(events)).toEqual(Array.from({ length: 9_000 }, (_, index) => index + 1));
});

describe.each([
  { policy: "keep-oldest", kept: 1 },
  { policy: "keep-newest", kept: 40_010 },
] as const)("a spool over its bound, $policy", ({ policy, kept }) => {
  test("says how many are missing where they are, with numbers that have no gap", async () => {
    await collector.goAway();
    const { url, agentToken: token } = collector;
    await using stream = openTestStream({ urls: [url], token, maxBytes: 120_000, policy });
    stream.add(makeFinding("f-0"));
    for (let number = 1; number <= 20_000; number += 1) stream.add(makeFile("a", number));
    stream.add(makeFinding("f-1"));
    for (let number = 20_001; number <= 40_000; number += 1) stream.add(makeFile("a", number));
    await collector.comeBack();
    for (let number = 40_001; number <= 40_010; number += 1) stream.add(makeFile("a", number));
    stream.add(STOPPED);
    await stream.finish(MINUTE_MS);
    const [run] = await collector.runs();
    const events = await collector.events(run?.id ?? "");
    const numbers = toNumbers(events);
    const findings = events.flatMap((event) => (event.kind === "finding" ? [event.id] : []));
    const { told, stored, dropped, isComplete } = stream.delivery();

    expect(isComplete).toBe(true);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.length).toBeGreaterThan(1_000);
    expect(new Set(findings)).toEqual(new Set(["f-0", "f-1"]));
    expect(told).toBe(40_013);
    expect(stored + (dropped["spool-full"] ?? 0)).toBe(told);
    expect(countTold(events)).toBe(dropped["spool-full"]);
    expect(events.at(-1)?.kind).toBe("guard-stopped");
    expect(policy === "keep-oldest" ? numbers[0] : numbers.at(-1)).toBe(kept);
  });
});

test("another address is used while the first is away, and the other collector is told what it did not get", async () => {
  await using other = await CollectorProcess.start(collector);
  await using stream = openTestStream({
    urls: [collector.url, other.url],
    token: collector.agentToken,
  });
  for (let number = 1; number <= 500; number += 1) stream.add(makeFile("a", number));
  await expect.poll(() => stream.delivery().stored).toBe(500);
  await collector.goAway();
  for (let number = 501; number <= 1_000; number += 1) stream.add(makeFile("a", number));
  await expect.poll(() => stream.delivery().stored).toBe(1_000);
  stream.add(STOPPED);
  await stream.finish(MINUTE_MS);
  const [run] = await other.runs();
  const events = await other.events(run?.id ?? "");

  expect(events[0]).toMatchObject({
    kind: "events-dropped",
    count: 500,
    reason: "collector-changed",
  });
  expect(toNumbers(events)).toEqual(Array.from({ length: 500 }, (_, index) => index + 501));
  expect(stream.delivery().dropped).toEqual({});
});

test("a collector that lost its disk is told from where on it has nothing", async () => {
  await using stream = openTestStream({ urls: [collector.url], token: collector.agentToken });
  for (let number = 1; number <= 500; number += 1) stream.add(makeFile("a", number));
  await expect.poll(() => stream.delivery().stored).toBe(500);
  await collector.goAway();
  await collector.comeBackEmpty();
  for (let number = 501; number <= 1_000; number += 1) stream.add(makeFile("a", number));
  stream.add(STOPPED);
  await stream.finish(MINUTE_MS);
  const [run] = await collector.runs();
  const events = await collector.events(run?.id ?? "");

  expect(events[0]).toMatchObject({ kind: "events-dropped", count: 500 });
  expect(toNumbers(events)).toEqual(Array.from({ length: 500 }, (_, index) => index + 501));
});

test("a run whose end was not told is not said to be over", async () => {
  await using stream = openTestStream({ urls: [collector.url], token: collector.agentToken });
  stream.add(makeFile("a", 1));
  await stream.finish(MINUTE_MS);

  expect(stream.delivery()).toMatchObject({ stored: 1, isComplete: false });
  expect(await collector.runs()).toMatchObject([{ state: "live", events: 1 }]);
});

test("with too little time the findings are there, and nothing says that this was all", async () => {
  const troubles: (string | undefined)[] = [];
  await using proxy = await collector.behindSlowProxy(400);
  await using stream = openTestStream({
    urls: [proxy.url],
    token: collector.agentToken,
    onTrouble: (reason) => troubles.push(reason),
  });
  for (let number = 1; number <= 20_000; number += 1) {
    stream.add(number === 19_000 ? makeFinding("late") : makeFile("a", number));
  }
  await stream.finish(2_500);
  const [run] = await collector.runs();
  const events = await collector.events(run?.id ?? "");
  const { stored, dropped, isComplete } = stream.delivery();

  expect(events.some((event) => event.kind === "finding" && event.id === "late")).toBe(true);
  expect(isComplete).toBe(false);
  expect(run?.state).toBe("live");
  expect(stored + (dropped["out-of-time"] ?? 0)).toBe(20_000);
  expect(dropped["out-of-time"]).toBeGreaterThan(0);
});
