import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { type Collector, startCollector } from "../../../collector/collector.ts";
import { AgentListener } from "../support/agent-listener.ts";
import { ask, GuardClient, stopped } from "../support/guard-client.ts";

const [AGENT, ADMIN] = ["agent-token-of-16", "admin-token-of-16"];
const PREFIX = "runner_guard_collector_";
const LONG_AGO = "1970-01-01T00:00:00.000000Z";
const HOSTILE = 'a"} 1\nrunner_guard_collector_up 1\n\u001b[31m';

let directory: string;
let collector: Collector;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
  collector = await startCollector({
    dataDir: directory,
    listen: { host: "127.0.0.1", port: 0 },
    agentToken: AGENT,
    adminToken: ADMIN,
    runTtlMs: 0,
    onNewAdminToken: () => undefined,
    onDefect: () => undefined,
    onStorageFault: () => undefined,
  });
});
afterEach(async () => {
  await collector[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

test("what a fleet is judged by is told: denials, losses, containment, guards that lack something, runs that go on", async () => {
  const guard = await GuardClient.start(collector.url, AGENT);
  await guard.send({ firstSeq: 1, lines: toHostileBatch(1) });
  const during = await readSeries();
  await guard.send({ firstSeq: 7, lines: [stopped(7)] });
  await guard.finish(7);
  await GuardClient.start(collector.url, AGENT);
  const after = await readSeries();

  expect(Object.fromEntries(during)).toMatchObject({
    'egress_denials_total{verdict="blocked"}': 1_000_000,
    'egress_denials_total{verdict="would-block"}': 2,
    'agent_dropped_total{reason="spool-full"}': 3,
    'agent_dropped_total{reason="other"}': 1_000_000,
    'findings_total{severity="critical"}': 1,
    'containment_seconds_count{by="guard"}': 1,
    'containment_seconds_sum{by="guard"}': 86_400,
    event_lag_seconds_count: 1,
    event_lag_seconds_sum: 86_400,
    guards_degraded: 1,
    runs_started_total: 1,
    runs_ended_total: 0,
    'runs{state="live"}': 1,
  });
  expect(after.get("runs_started_total")).toBe(2);
  expect(after.get("runs_ended_total")).toBe(1);
});

test("an operator's kill that is obeyed is contained so long after what he saw, and nothing is where he saw nothing", async () => {
  const guard = await GuardClient.start(collector.url, AGENT);
  await guard.send({ firstSeq: 1, lines: toHostileBatch(1) });
  await obey(guard);
  const contained = await readSeries();
  await obey(await GuardClient.start(collector.url, AGENT));
  const unasked = await readSeries();

  expect(Object.fromEntries(contained)).toMatchObject({
    'commands_total{state="queued"}': 1,
    'commands_total{state="obeyed"}': 1,
    'containment_seconds_count{by="operator"}': 1,
  });
  expect(Object.fromEntries(unasked)).toMatchObject({
    'commands_total{state="obeyed"}': 2,
    'containment_seconds_count{by="operator"}': 1,
  });
});

test("a time that is none keeps no batch from being taken", async () => {
  const guard = await GuardClient.start(collector.url, AGENT);
  const none = LONG_AGO.replace("01-01", "99-99");

  expect(
    await guard.send({ firstSeq: 1, lines: [`{"seq":1,"observedAt":"${none}"}`] }),
  ).toMatchObject({ status: 200 });
  expect((await readSeries()).get("event_lag_seconds_count")).toBe(1);
});

test("nothing that agents, strangers or jobs say makes a series of its own", async () => {
  const before = [...(await readSeries()).keys()];
  for (let run = 0; run < 3; run += 1) {
    const guard = await GuardClient.start(collector.url, AGENT);
    await guard.send({ firstSeq: 1, lines: toHostileBatch(1) });
    await ask(collector.url, `stranger-${run}`, `/v1/runs/${run}`);
    await ask(collector.url, ADMIN, `/v1/${run}`);
  }

  const after = await readSeries();

  expect([...after.keys()]).toEqual(before);
  expect(after.get('auth_failures_total{reason="unknown-token"}')).toBe(3);
  expect(before.length).toBeLessThan(200);
});

async function obey({ run }: GuardClient): Promise<void> {
  const { url } = collector;
  await ask(url, ADMIN, `/v1/runs/${run.runId}/kill`, JSON.stringify({ reason: "it mines" }));
  const agent = new AgentListener({ url, token: AGENT, run });
  // Said twice, it is counted once.
  await agent.answer(1, { state: "obeyed" });
  await agent.answer(1, { state: "obeyed" });
}

async function readSeries(): Promise<Map<string, number>> {
  const response = await fetch(new URL("/metrics", collector.url), {
    headers: { authorization: `Bearer ${ADMIN}` },
  });
  const lines = (await response.text()).split("\n").filter((line) => line.startsWith(PREFIX));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(" ");
      return [line.slice(PREFIX.length, end), Number(line.slice(end + 1))] as const;
    }),
  );
}

function toHostileBatch(firstSeq: number): string[] {
  const seen = { count: Number.MAX_SAFE_INTEGER, firstSeen: LONG_AGO, lastSeen: LONG_AGO };
  const sensor = { name: "kernel", status: "unavailable", eventsSeen: 0, eventsDropped: 0 };
  return [
    { kind: "heartbeat", sensors: [sensor] },
    {
      kind: "connection",
      process: null,
      network: { transport: "tcp", family: "ipv4" },
      destination: { domain: HOSTILE, port: 443 },
      verdict: "blocked",
      rule: HOSTILE,
      results: {},
      bytesSent: 0,
      bytesReceived: 0,
      ...seen,
    },
    {
      kind: "dns-query",
      process: null,
      name: HOSTILE,
      type: "A",
      verdict: "would-block",
      answers: [],
      ...seen,
      count: 2,
    },
    { kind: "events-dropped", sensor: "stream", reason: "spool-full", count: 3 },
    { kind: "events-dropped", sensor: "stream", reason: HOSTILE, count: Number.MAX_SAFE_INTEGER },
    {
      kind: "finding",
      id: HOSTILE,
      rule: { id: HOSTILE, name: HOSTILE },
      severity: "critical",
      process: null,
      message: HOSTILE,
      evidence: {},
      response: "kill-process",
      ...seen,
    },
  ].map((event, index) =>
    JSON.stringify({ seq: firstSeq + index, observedAt: LONG_AGO, ...event }),
  );
}
