/** A guarded command whose events go to a real collector. */
import { readdirSync, readFileSync } from "node:fs";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { CollectorProcess } from "../agent/stream/support/collector-process.ts";
import { Workplace } from "./guard.ts";

const PROC = ["--sensor", "proc", "--enforcement", "none"];

describe("run --collector", () => {
  let collector: CollectorProcess;
  beforeAll(async () => {
    collector = await CollectorProcess.start();
  });
  afterAll(() => collector[Symbol.asyncDispose]());

  test("sends all of a run, from its start to its end, and says so", async () => {
    using place = new Workplace();
    place.write(
      "policy.yml",
      "version: 1\negress: { allow: [a.example:443], deny: [b.example] }\n",
    );
    const { report, ended } = await place.report(
      [...PROC, "--policy", "policy.yml", "--collector", collector.url],
      ["sh", "-c", "sleep 0.6; true"],
      { env: { RUNNER_GUARD_COLLECTOR_TOKEN: collector.agentToken } },
    );
    const run = (await collector.runs()).find(({ guardRunId }) => guardRunId === report.run.id);
    const events = await collector.events(run?.id ?? "");

    expect(ended.status).toBe(0);
    expect(ended.stderr).toContain(
      `✓ ${collector.url} has ${events.length} of ${events.length} events`,
    );
    expect(report.collector).toEqual({
      requested: [collector.url],
      address: collector.url,
      effective: "delivered",
      spool: "memory",
      runId: run?.id,
      told: events.length,
      stored: events.length,
      waiting: 0,
      dropped: { byReason: {} },
    });
    expect(run).toMatchObject({ state: "over", events: events.length, deadLetters: 0, dropped: 0 });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.at(0)).toMatchObject({
      kind: "guard-started",
      egress: { unrestricted: false, allow: ["a.example:443"], deny: ["b.example"] },
    });
    expect(events.at(-1)?.kind).toBe("guard-stopped");
  });

  test("keeps the token from the command, and from what others see of the guard", async () => {
    using place = new Workplace();
    const token = collector.agentToken;
    const script =
      'env > own; cat /proc/$PPID/environ > guards; cat "/proc/$PPID/cmdline" >> guards';
    const { ended } = await place.report(
      [...PROC, "--collector", collector.url],
      ["sh", "-c", `${script}; echo ${token}`],
      { env: { RUNNER_GUARD_COLLECTOR_TOKEN: token } },
    );
    const guards = readFileSync(place.path("guards"), "latin1");
    // The command was given it as an argument here, to see that the guard's own words do not repeat it.
    const note = /runner_guard_environment=([^\0]*)/.exec(guards)?.[1] ?? "";

    expect(readFileSync(place.path("own"), "latin1")).not.toContain("RUNNER_GUARD_COLLECTOR_TOKEN");
    expect(guards.replace(/\0sh\0-c\0[^]*$/, "")).not.toContain(token);
    expect(Buffer.from(note, "base64").toString("latin1")).not.toContain(token);
    expect(ended.stderr).not.toContain(token);
  });

  test.each([
    { how: "no token", flags: ["--collector", "https://127.0.0.1:1"], says: "needs a token" },
    {
      how: "plain http to another machine",
      flags: ["--collector", "http://192.0.2.1:8787"],
      says: "plain text",
    },
    { how: "what is no address", flags: ["--collector", "collector"], says: "no address of a" },
    {
      how: "a password in the address",
      flags: ["--collector", "https://me:secret@192.0.2.1"],
      says: "a password in it",
    },
    {
      how: "a file of authorities that is none",
      flags: ["--collector", "https://192.0.2.1", "--collector-ca", "/etc/hostname"],
      says: "--collector-ca: /etc/hostname holds no certificate",
      env: { RUNNER_GUARD_COLLECTOR_TOKEN: "0123456789abcdef" },
    },
  ])("starts nothing with $how", async ({ flags, says, env = {} }) => {
    using place = new Workplace();
    const ended = await place.run(["run", ...PROC, ...flags, "--", "touch", "was-run"], { env });

    expect(ended.status).toBe(2);
    expect(ended.stderr).toContain(says);
    expect(() => readFileSync(place.path("was-run"))).toThrow("ENOENT");
  });
});

test("what a guard could not send waits on disk, and the next one sends it, to its end", async () => {
  await using collector = await CollectorProcess.start();
  using place = new Workplace();
  const env = { RUNNER_GUARD_COLLECTOR_TOKEN: collector.agentToken };
  const flags = [...PROC, "--collector", collector.url, "--spool-dir", place.path("spool")];
  await collector.goAway();
  const first = await place.report([...flags, "--flush-timeout-ms", "200"], ["true"], { env });
  const killed = place.start(["run", ...flags, "--", "sleep", "30"], { env });
  await expect.poll(() => countSegments(place.path("spool"))).toBe(2);
  killed.kill("SIGKILL");
  await collector.comeBack();
  const next = await place.report(flags, ["sleep", "3"], { env });
  const runs = await collector.runs();
  const states = new Map(runs.map(({ guardRunId, state }) => [guardRunId, state]));

  expect(first.report.collector).toMatchObject({
    effective: "not-delivered",
    spool: "disk",
    waiting: first.report.collector?.told,
    dropped: { byReason: {} },
  });
  expect(runs).toHaveLength(3);
  expect(states.get(first.report.run.id)).toBe("over");
  expect(states.get(next.report.run.id)).toBe("over");
  // Nobody knows how that one ended.
  expect([...states.values()].filter((state) => state === "live")).toHaveLength(1);
  expect(readdirSync(place.path("spool"))).toEqual([]);
});

function countSegments(spool: string): number {
  return readdirSync(spool, { recursive: true }).filter((name) => name.includes("segment-")).length;
}

test("a collector that is not there changes nothing but the account of it", async () => {
  using place = new Workplace();
  const begun = performance.now();
  const { report, ended } = await place.report(
    [...PROC, "--collector", "http://127.0.0.1:9", "--flush-timeout-ms", "500"],
    ["sh", "-c", "exit 7"],
    { env: { RUNNER_GUARD_COLLECTOR_TOKEN: "0123456789abcdef" } },
  );

  expect(ended.status).toBe(7);
  expect(ended.stderr).toContain(`! http://127.0.0.1:9 has 0 of ${report.collector?.told} events`);
  expect(performance.now() - begun).toBeLessThan(30_000);
  expect(report.collector).toMatchObject({
    effective: "not-delivered",
    stored: 0,
    reason: expect.stringContaining("ECONNREFUSED"),
    dropped: { byReason: { "out-of-time": report.collector?.told } },
  });
  expect(report.collector?.told).toBeGreaterThan(0);
});

test("what it did not take is said under --quiet, too", async () => {
  using place = new Workplace();
  const collector = ["--collector", "http://127.0.0.1:9", "--flush-timeout-ms", "100"];
  const { stderr } = await place.run(["run", ...PROC, "--quiet", ...collector, "--", "true"], {
    env: { RUNNER_GUARD_COLLECTOR_TOKEN: "0123456789abcdef" },
  });

  expect(stderr).toMatch(/warning: the collector has 0 of \d+ events \(.*ECONNREFUSED/);
});
