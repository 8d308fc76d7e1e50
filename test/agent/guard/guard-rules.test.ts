import { expect, test } from "vitest";

import type { EventBody } from "../../../agent/events/event-stream.ts";
import { createGuardRules } from "../../../agent/guard/guard-rules.ts";
import type { Observation } from "../../../agent/observation.ts";

const exit = (pid: number): Observation => ({
  kind: "exit",
  at: 1,
  process: { pid, startTicks: 1 },
  exitCode: 0,
  signal: null,
});

test("what rules have no room for before they are loaded is counted, and told", async () => {
  const written: EventBody[] = [];
  const rules = createGuardRules({
    settings: {},
    stream: { write: (body) => written.push(body) },
    network: {
      judge: () => ({ verdict: "allowed", rule: "default" }),
      judgeName: () => ({ verdict: "allowed", rule: "no-policy" }),
      knowsNames: true,
      isResolver: () => false,
    },
    place: { workspace: "/work", home: "/root", guardPid: process.pid, scope: "command" },
    toId: ({ pid }) => String(pid),
    stepOf: () => undefined,
    responses: {
      cgroup: null,
      neverKill: [],
      maxKillsPerMinute: 1,
      catchUp: async () => undefined,
      onRunner: () => undefined,
    },
    incidents: null,
    maxWaiting: 2,
  });
  for (const pid of [1, 2, 3, 4, 5]) rules.observe(exit(pid));
  await rules.load();

  expect(written).toEqual([
    {
      kind: "events-dropped",
      sensor: "kernel",
      reason: "rules-not-ready",
      count: 3,
      eventKind: "exit",
    },
  ]);
});
