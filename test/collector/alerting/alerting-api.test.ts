/** The collector as it runs: its command, its file of alerts, and an end that answers as PagerDuty does. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterEach, assert, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";

import { COMPILE_CACHE } from "../../support/compile-cache.ts";
import { type CollectorProcess, startCollectorProcess } from "../support/collector-process.ts";
import { ask, GuardClient } from "../support/guard-client.ts";
import { type PagerDutyStandIn, startPagerDuty } from "./sinks/support/pagerduty-stand-in.ts";

const [AGENT, ADMIN] = ["agent-token-of-16", "admin-token-of-16"];
const ROUTING_KEY = "0123456789abcdef".repeat(2);
const WAIT = { timeout: 30_000, interval: 5 };
const COMMAND = join(import.meta.dirname, "../../../bin/runner-guard-collector");

let directory: string;
let pager: PagerDutyStandIn;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
  pager = await startPagerDuty({ routingKey: ROUTING_KEY });
  writeFileSync(join(directory, "key"), `${ROUTING_KEY}\n`);
  writeAlerting();
});
afterEach(async () => {
  await pager[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

test("an incident is paged, shown, acknowledged and resolved, and each is told, audited and counted", async () => {
  await using collector = await start();
  const guard = await GuardClient.start(collector.url, AGENT);
  await guard.send({ firstSeq: 1, lines: [finding(1, "evil.example")] });
  await expect
    .poll(() => [...pager.alerts.values()])
    .toMatchObject([{ state: "triggered", pages: 1 }]);
  const [id = ""] = pager.alerts.keys();
  await expect
    .poll(async () => (await ask(collector.url, ADMIN, `/v1/incidents/${id}`)).body)
    .toMatchObject({
      id,
      state: "open",
      urgency: "page",
      rule: "reverse-shell",
      repository: "acme/app",
      deliveries: [{ sink: "pager", action: "trigger", state: "delivered" }, { action: "update" }],
    });
  const said = JSON.stringify({ owner: "platform", reason: "looking" });
  const acknowledged = await ask(collector.url, ADMIN, `/v1/incidents/${id}/acknowledge`, said);
  await expect.poll(() => pager.alerts.get(id)?.state).toBe("acknowledged");
  const others = JSON.stringify({ owner: "security", reason: "looking, too" });
  const again = await ask(collector.url, ADMIN, `/v1/incidents/${id}/acknowledge`, others);
  const resolved = await ask(collector.url, ADMIN, `/v1/incidents/${id}/resolve`, said);
  await expect.poll(() => pager.alerts.get(id)?.state).toBe("resolved");
  const late = await ask(collector.url, ADMIN, `/v1/incidents/${id}/acknowledge`, said);
  const audit = await ask(collector.url, ADMIN, "/v1/audit");
  const listed = await ask(collector.url, ADMIN, "/v1/incidents?state=resolved&urgency=page");
  const metrics = await fetch(new URL("/metrics", collector.url), {
    headers: { authorization: `Bearer ${ADMIN}` },
  });

  expect(acknowledged).toMatchObject({ status: 200, body: { state: "acknowledged" } });
  expect(again).toMatchObject({
    status: 200,
    body: { state: "acknowledged", acknowledged: { owner: "platform", reason: "looking" } },
  });
  expect(resolved).toMatchObject({
    status: 200,
    body: { state: "resolved", resolvedBy: { owner: "platform" } },
  });
  expect(late).toMatchObject({ status: 400 });
  expect(listed.body).toMatchObject({ items: [{ id }], nextCursor: null });
  expect(JSON.stringify(audit.body)).toContain("POST /v1/incidents/{id}/resolve");
  expect(await metrics.text()).toMatch(
    /runner_guard_collector_deliveries_delivered_total\{sink="pager"\} 3/,
  );
});

test("what a tenant's operator asks for of another's incident is not there", async () => {
  await using collector = await start();
  const guard = await GuardClient.start(collector.url, AGENT);
  await guard.send({ firstSeq: 1, lines: [finding(1, "evil.example")] });
  await expect.poll(() => pager.alerts.size).toBe(1);
  const [id = ""] = pager.alerts.keys();
  const { stdout } = await run(
    "token",
    "add",
    "--tenant",
    "other",
    "--role",
    "admin",
    "--data-dir",
    dataDir(),
  );
  const other = stdout.trim();
  const said = JSON.stringify({ owner: "platform", reason: "looking" });
  const asked = [
    () => ask(collector.url, other, `/v1/incidents/${id}`),
    () => ask(collector.url, other, `/v1/incidents/${id}/resolve`, said),
  ];

  // A token is known a second after it was made.
  await expect
    .poll(async () => (await ask(collector.url, other, "/v1/incidents")).status)
    .toBe(200);
  for (const one of asked) expect(await one()).toMatchObject({ status: 404 });
  expect((await ask(collector.url, other, "/v1/incidents")).body).toEqual({
    items: [],
    nextCursor: null,
  });
  expect((await ask(collector.url, other, "/v1/deliveries")).body).toEqual({
    items: [],
    nextCursor: null,
  });
  expect((await ask(collector.url, AGENT, "/v1/incidents")).status).toBe(403);
});

test("a collector that is killed between a finding and its page delivers each page, and none twice", async () => {
  let collector = await start();
  try {
    const expected = new Set<string>();
    for (let kills = 0; kills < 5; kills += 1) {
      const guard = await GuardClient.start(collector.url, AGENT);
      const host = `evil-${kills}.example`;
      // Killed when it is told that the finding is on disk: some of its page's way is behind it, more each time.
      const reply = await guard.send({ firstSeq: 1, lines: [finding(1, host)] });
      expect(reply.status).toBe(200);
      expected.add(host);
      await vi.waitFor(() => assert(pager.received.length >= kills - 2), WAIT);
      await collector.end("SIGKILL");
      collector = await start();
    }
    await expect.poll(() => pager.alerts.size).toBe(expected.size);
    await expect
      .poll(async () => (await ask(collector.url, ADMIN, "/v1/deliveries?state=delivered")).body)
      .toMatchObject({
        items: Array.from({ length: expected.size }, () => ({ action: "trigger" })),
      });

    expect([...pager.alerts.values()].map(({ pages }) => pages)).toEqual([1, 1, 1, 1, 1]);
    expect(
      new Set(
        [...pager.alerts.values()].map(({ summary }) => /evil-\d.example/.exec(summary)?.[0]),
      ),
    ).toEqual(expected);
  } finally {
    await collector.end("SIGKILL");
  }
});

test("a sink is tried from the command line, which says what was answered", async () => {
  const taken = await run("alert", "test", "pager", "--alerting", alertingFile());
  writeFileSync(join(directory, "key"), "f".repeat(32));
  const refused = await run("alert", "test", "pager", "--alerting", alertingFile()).catch(
    (error: unknown) => error,
  );
  const unknown = await run("alert", "test", "chat", "--alerting", alertingFile()).catch(
    (error: unknown) => error,
  );

  expect(taken.stdout).toBe("pager: delivered\npager: its end: delivered\n");
  expect([...pager.alerts.values()]).toMatchObject([{ state: "resolved", pages: 1 }]);
  expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining("refused: ") });
  expect(unknown).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('"chat" is no sink; the file of alerts has: pager'),
  });
});

test("open incidents are listed from the command line beside a running collector, with nothing that a terminal obeys", async () => {
  await using collector = await start();
  const guard = await GuardClient.start(collector.url, AGENT);
  await guard.send({ firstSeq: 1, lines: [finding(1, "\u001b[31mevil\n.example")] });
  await expect.poll(() => pager.alerts.size).toBe(1);
  const { stdout } = await run("alert", "list", "--data-dir", dataDir());

  expect(stdout).toMatch(
    /^[0-9a-f-]{36} {2}open +critical +page +default {2}acme\/app {2}- {2}- {2}reverse-shell +1 finding in 1 run +sh talks to \\u\{1b\}\[31mevil\\n\.example\.\n$/,
  );
});

test("what is wrong with the file of alerts, or with what it names, keeps it from starting", async () => {
  rmSync(join(directory, "key"));
  const args = ["serve", "--check", "--data-dir", dataDir(), "--alerting", alertingFile()];
  const fault: unknown = await run(...args).catch((error: unknown) => error);

  expect(fault).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`${join(directory, "key")}: there is no such file`),
  });
});

function writeAlerting(): void {
  const sinks = {
    pager: {
      type: "pagerduty",
      routingKeyFile: join(directory, "key"),
      url: `${pager.address}/v2/enqueue`,
    },
  };
  writeFileSync(alertingFile(), JSON.stringify({ sinks }));
}

function alertingFile(): string {
  return join(directory, "alerting.json");
}

function dataDir(): string {
  return join(directory, "data");
}

function start(): Promise<CollectorProcess> {
  return startCollectorProcess({
    dataDir: dataDir(),
    agentToken: AGENT,
    adminToken: ADMIN,
    args: ["--alerting", alertingFile()],
  });
}

const outputSchema = z.object({ stdout: z.string(), stderr: z.string() });

async function run(...args: readonly string[]): Promise<z.infer<typeof outputSchema>> {
  const env = {
    PATH: "/usr/bin:/bin",
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    RUNNER_GUARD_ADMIN_TOKEN: ADMIN,
  };
  return outputSchema.parse(await promisify(execFile)(COMMAND, args, { env, encoding: "utf8" }));
}

function finding(seq: number, host: string): string {
  const at = "2026-01-31T12:00:00.000001Z";
  return JSON.stringify({
    seq,
    observedAt: at,
    kind: "finding",
    process: null,
    id: `reverse-shell-${seq}`,
    rule: { id: "reverse-shell", name: "Reverse shell" },
    severity: "critical",
    message: `sh talks to ${host}.`,
    technique: "T1059.004",
    evidence: { host },
    response: "report",
    count: 1,
    firstSeen: at,
    lastSeen: at,
  });
}
