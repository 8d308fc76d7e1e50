import { expect, test } from "vitest";

import type { GateQuery } from "../../../../agent/egress/dns/dns-gate-options.ts";
import { createQuestionLog } from "../../../../agent/egress/enforcement/question-log.ts";
import type { DnsQueryObservation } from "../../../../agent/observation.ts";

test("a question is told when it is known who asked", () => {
  const { log, told, clock, owners } = setUp();
  log.add(question(1_000));
  clock.now = 2_000;
  log.settle();
  expect(told).toEqual([]);

  owners.set(40_000, { pid: 7, startTicks: 70 });
  clock.now = 20_000;
  log.settle();

  expect(told).toMatchObject([
    { kind: "dns-query", at: 1_000, name: "evil.test", client: { pid: 7, startTicks: 70 } },
  ]);
});

test("at the end all are told, also by whom nobody knows", () => {
  const { log, told } = setUp();
  log.add(question(1_000));
  log.settle("all");
  log.settle("all");

  expect(told).toMatchObject([{ client: null, verdict: "blocked" }]);
});

test("what finds no room is told at once", () => {
  const { log, told } = setUp();
  for (let at = 0; at < 3; at += 1) log.add(question(at));

  expect(told).toMatchObject([{ at: 2 }]);
  expect(log.hurried).toBe(1);
});

test("refused names are counted", () => {
  const { log } = setUp();
  log.add(question(0));
  log.add({ ...question(0), verdict: "allowed" });

  expect(log.refused).toBe(1);
});

function setUp() {
  const told: DnsQueryObservation[] = [];
  const clock = { now: 0 };
  const owners = new Map<number, { pid: number; startTicks: number }>();
  const log = createQuestionLog({
    observe: (observation) => told.push(observation),
    findClient: ({ transport, family, port }) => {
      expect({ transport, family }).toEqual({ transport: "udp", family: "ipv6" });
      return owners.get(port);
    },
    maxWaiting: 2,
    now: () => clock.now,
  });
  return { log, told, clock, owners };
}

function question(at: number): GateQuery {
  return {
    at,
    client: { transport: "udp", ip: "::1", port: 40_000 },
    name: "evil.test",
    type: "A",
    verdict: "blocked",
    rule: "default",
    outcome: "refused",
    answers: [],
  };
}
