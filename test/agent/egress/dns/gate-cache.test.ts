import type { Answer } from "dns-packet";
import { expect, test } from "vitest";

import {
  answered,
  answering,
  askUdp,
  decode,
  dig,
  question,
  startTestGate,
} from "./gate-under-test.ts";

const record = (ttl: number): Answer => ({ type: "A", name: "a.example", ttl, data: "192.0.2.7" });
const soa = (ttl: number, minimum: number): Answer => ({
  type: "SOA",
  name: "example",
  ttl,
  data: {
    mname: "ns.example",
    rname: "root.example",
    serial: 1,
    refresh: 1,
    retry: 1,
    expire: 1,
    minimum,
  },
});

/** A clock that the test sets. */
function createClock() {
  const clock = { ms: 1_000_000, now: () => clock.ms };
  return clock;
}

test("TTLs are counted down, for the client and for what is opened, and then it is asked again", async () => {
  const clock = createClock();
  await using it = await startTestGate({ answer: answering([record(60)]), now: clock.now });
  const ttls: (number | undefined)[] = [];

  for (const at of [0, 10_500, 59_999, 60_000]) {
    clock.ms = 1_000_000 + at;
    const [reply] = await askUdp(it.port, question("a.example"));
    const answer = reply && decode(reply).answers?.[0];
    ttls.push(answer && "ttl" in answer ? answer.ttl : undefined);
  }

  expect(ttls).toEqual([60, 50, 1, 60]);
  expect(it.opened.map(({ addresses }) => addresses[0]?.ttlSeconds)).toEqual([60, 50, 1, 60]);
  expect(it.asked).toHaveLength(2);
});

test("an answer with TTL 0 is given once", async () => {
  await using it = await startTestGate({ answer: answering([record(0)]) });

  await dig(it.port, "a.example");
  await dig(it.port, "a.example");

  expect(it.asked).toHaveLength(2);
});

test("nothing is kept for longer than a day", async () => {
  await using it = await startTestGate({ answer: answering([record(0x7fff_ffff)]) });

  expect((await dig(it.port, "a.example")).text).toMatch(/\s86400\s/);
  expect(it.opened).toMatchObject([{ addresses: [{ ttlSeconds: 86_400 }] }]);
});

test("a name that does not exist is asked for again after what its zone says, at most a minute", async () => {
  const clock = createClock();
  await using it = await startTestGate({
    now: clock.now,
    answer: (asked) =>
      answered(asked, {
        flags: 3,
        authorities: [soa(7200, asked.name === "b.example" ? 5 : 3600)],
      }),
  });

  for (const [name, at] of [
    ["a.example", 0],
    ["a.example", 59_000],
    ["a.example", 60_000],
    ["b.example", 60_000],
    ["b.example", 65_000],
  ] as const) {
    clock.ms = 1_000_000 + at;
    expect((await dig(it.port, name)).status).toBe("NXDOMAIN");
  }

  expect(it.asked.map(({ name }) => name)).toEqual([
    "a.example",
    "a.example",
    "b.example",
    "b.example",
  ]);
});

test("a failure is not kept", async () => {
  await using it = await startTestGate({
    answer: () => ({ status: "failed", reason: "192.0.2.53 timed out" }),
  });

  expect((await dig(it.port, "a.example")).text).toContain("192.0.2.53 timed out");
  await dig(it.port, "a.example");

  expect(it.asked).toHaveLength(2);
});

test("a name that policy no longer allows is refused, though its answer is still known", async () => {
  let isAnswered = true;
  await using it = await startTestGate({
    answer: answering([record(60)]),
    decide: () => ({ isAnswered, verdict: isAnswered ? "allowed" : "blocked", rule: "r" }),
  });

  await dig(it.port, "a.example");
  isAnswered = false;

  expect((await dig(it.port, "a.example")).status).toBe("NXDOMAIN");
  expect(it.opened).toHaveLength(1);
});

test("the same question of many clients is asked once, and beyond the bound others fail at once", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await using it = await startTestGate({
    bounds: { questionsInFlight: 1 },
    answer: async (asked) => {
      await promise;
      return answered(asked, { answers: [record(60)] });
    },
  });
  const many = Array.from({ length: 20 }, (_, id) => question("a.example", 1, id));

  const [turnedAway] = await askUdp(it.port, ...many, question("b.example", 1, 99));
  expect(turnedAway?.readUInt16BE(0)).toBe(99);
  expect((turnedAway?.readUInt16BE(2) ?? 0) & 0xf).toBe(2);
  resolve();
  await expect.poll(() => it.gate.counters.answered).toBe(21);

  expect(it.asked).toHaveLength(1);
  expect(it.gate.counters.turnedAway).toBe(1);
});

test("a full cache gives up what came first", async () => {
  await using it = await startTestGate({
    bounds: { cacheEntries: 2 },
    answer: (asked) =>
      answered(asked, { answers: [{ type: "A", name: asked.name, ttl: 60, data: "192.0.2.1" }] }),
  });

  for (const name of ["a.example", "b.example", "c.example", "c.example", "a.example"])
    await dig(it.port, name);

  expect(it.asked.map(({ name }) => name)).toEqual([
    "a.example",
    "b.example",
    "c.example",
    "a.example",
  ]);
  expect(it.gate.counters.evicted).toBe(2);
});

test("answers with and without signatures are kept apart", async () => {
  await using it = await startTestGate({ answer: answering([record(60)]) });

  await dig(it.port, "a.example");
  await dig(it.port, "+dnssec", "a.example");
  await dig(it.port, "+cd", "a.example");

  expect(it.asked.map(({ dnssec, checkingDisabled }) => [dnssec, checkingDisabled])).toEqual([
    [false, false],
    [true, false],
    [false, true],
  ]);
});
