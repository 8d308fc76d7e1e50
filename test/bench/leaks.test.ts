import { expect, test } from "vitest";

import { BENCH_RESOLVER } from "../../bench/harness/bench-network.ts";
import { describeWays, isOfTheGuard, parsePacket, type Tried } from "../../bench/leaks-of/ways.ts";

const tried: Tried[] = [
  { did: "try-to-leak", way: "tcp", first: 20_000, step: 4, count: 3 },
  { did: "try-to-leak", way: "tcp", first: 20_001, step: 4, count: 2 },
  { did: "try-to-leak", way: "dns", first: 20_002, step: 4, count: 2 },
];

test("a packet is read from its line", () => {
  expect(parsePacket("17 20002 53 1.1.1.1 1")).toEqual({
    protocol: 17,
    identity: 20_002,
    port: 53,
    destination: "1.1.1.1",
    hasMarker: true,
  });
});

test("only questions to the resolver without a refused name are the guard's own", () => {
  const lines = [
    `17 40000 53 ${BENCH_RESOLVER} 0`,
    `17 40000 53 ${BENCH_RESOLVER} 1`,
    `17 40000 54 ${BENCH_RESOLVER} 0`,
    "17 40000 53 1.1.1.1 0",
  ];
  expect(lines.map((line) => isOfTheGuard(parsePacket(line)))).toEqual([true, false, false, false]);
});

test("tries that got out without a guard count once, leaks packet by packet", () => {
  const rows = describeWays({
    tried,
    bare: ["6 20000 443 203.0.113.66 0", "6 20000 443 203.0.113.66 0"].map(parsePacket),
    guarded: ["6 20004 443 203.0.113.66 0", "6 20004 443 203.0.113.66 0"].map(parsePacket),
    withRaw: [],
  });
  expect(rows[0]).toEqual({
    way: "tcp",
    tries: 5,
    "out without a guard": 1,
    "packets out in block mode": 2,
    "with raw sockets": 0,
  });
  expect(rows.at(-1)).toMatchObject({ tries: 7, "packets out in block mode": 2 });
});

test("a packet that belongs to no try is a leak too", () => {
  const lines = [`17 33333 53 ${BENCH_RESOLVER} 1`, `17 33334 53 ${BENCH_RESOLVER} 0`];
  const guarded = lines.map(parsePacket);
  const rows = describeWays({ tried, bare: [], guarded, withRaw: guarded });
  expect(rows.at(-2)).toMatchObject({
    way: "no try's own",
    "packets out in block mode": 1,
    "with raw sockets": 1,
  });
  expect(rows.at(-1)).toMatchObject({ way: "all", "packets out in block mode": 1 });
});
