/** What operators do with a collector's tokens and key, by its commands, and what becomes of those who guess. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterEach, beforeEach, expect, test } from "vitest";

import { type Collector, startCollector } from "../../../collector/collector.ts";
import { listTokens } from "../../../collector/identity/token-file.ts";
import { giveToken, takeToken } from "../../../collector/maintenance/change-tokens.ts";
import { rotateKey } from "../../../collector/maintenance/rotate-key.ts";
import { verifyRun } from "../../../collector/maintenance/verify-run.ts";
import { COMPILE_CACHE } from "../../support/compile-cache.ts";
import { ask, GuardClient, heartbeat, newClaim } from "../support/guard-client.ts";

const COMMAND = join(import.meta.dirname, "../../../bin/runner-guard-collector");
const ADMIN = "admin-token-of-the-test";
const VIEWER = "viewer-token-of-the-test";
const AGENT = "agent-token-of-the-test";

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "collector-"));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

test("tokens are given out and taken back beside a running collector, each for its tenant", async () => {
  await using collector = await start();
  const agent = run("token", "add", "--tenant", "acme", "--role", "agent").stdout.trim();
  const viewer = run("token", "add", "--tenant", "acme", "--role", "viewer").stdout.trim();
  const list = run("token", "list").stdout;
  await expect.poll(() => statusOf(collector, viewer)).toBe(200);
  const guard = await GuardClient.start(collector.url, agent);
  const { runId } = guard.run;
  const seen = await ask(collector.url, viewer, `/v1/runs/${runId}`);
  const elsewhere = await ask(collector.url, ADMIN, `/v1/runs/${runId}`);
  const killed = await ask(collector.url, viewer, `/v1/runs/${runId}/kill`, '{"reason":"x"}');
  const [, id = ""] = /^(\w+) {2}agent/m.exec(list) ?? [];
  // Its figures are of all tenants.
  const figures = await ask(collector.url, viewer, "/metrics");
  const revoked = run("token", "revoke", id);
  await expect
    .poll(async () => (await guard.send({ firstSeq: 1, lines: [heartbeat(1)] })).status)
    .toBe(401);

  expect([seen.status, elsewhere.status, killed.status, figures.status, revoked.status]).toEqual([
    200, 404, 403, 403, 0,
  ]);
  expect(list).toMatch(/^\w{12} {2}agent +\S+ {2}acme\n\w{12} {2}viewer +\S+ {2}acme\n$/);
  expect(list).not.toContain(agent);
});

test("the audit log has who gave out a token, took it back, and changed the key", async () => {
  await using collector = await start();
  giveToken(dataDir, { tenant: "default", role: "viewer" });
  giveToken(dataDir, { tenant: "acme", role: "agent" });
  const { id = "" } = listTokens(dataDir).find(({ role }) => role === "viewer") ?? {};
  takeToken(dataDir, id);
  const beside = await ask(collector.url, ADMIN, "/v1/audit");
  await collector[Symbol.asyncDispose]();
  rotateKey(dataDir);
  // One that has no run yet.
  const ofAcme = giveToken(dataDir, { tenant: "acme", role: "admin" });
  await using again = await start();
  const { body } = await ask(again.url, ADMIN, "/v1/audit?limit=2");
  const { body: acme } = await ask(again.url, ofAcme, "/v1/audit?limit=3");
  const who = { token: `uid:${process.getuid?.()}`, role: "command-line" };

  expect(beside.body).toMatchObject({
    items: [
      { action: "GET /v1/audit", role: "admin" },
      { ...who, action: "token revoke", target: `${id} viewer` },
      { ...who, action: "token add", target: `${id} viewer` },
    ],
  });
  expect(body).toMatchObject({
    items: [{ action: "GET /v1/audit" }, { ...who, action: "rotate-key" }],
  });
  expect(acme).toMatchObject({
    items: [{}, { ...who, action: "token add" }, { ...who, action: "rotate-key" }],
  });
});

test("a token that the audit log cannot have is not given out, and one is taken back nevertheless", async () => {
  await (await start())[Symbol.asyncDispose]();
  giveToken(dataDir, { tenant: "acme", role: "viewer" });
  const id = listTokens(dataDir)[0]?.id ?? "";
  writeFileSync(join(dataDir, "events.db"), "no database");
  const reason = "the audit log cannot be written";

  expect(() => giveToken(dataDir, { tenant: "acme", role: "admin" })).toThrow(reason);
  expect(listTokens(dataDir)).toHaveLength(1);
  expect(() => takeToken(dataDir, id)).toThrow(
    new RegExp(`${reason}.*; the token is taken back nevertheless$`),
  );
  expect(listTokens(dataDir)).toEqual([]);
  expect(() => takeToken(dataDir, id)).toThrow("there is no such token");
});

test("a change is in the audit log before it is made, and where it cannot be made that is what is said", async () => {
  await using collector = await start();
  giveToken(dataDir, { tenant: "default", role: "viewer" });
  const id = listTokens(dataDir)[0]?.id ?? "";
  // As of another command that was cut off.
  writeFileSync(join(dataDir, "tokens.json.new"), "");

  expect(() => takeToken(dataDir, id)).toThrow("another `token` command");
  expect(() => giveToken(dataDir, { tenant: "default", role: "admin" })).toThrow(
    "another `token` command",
  );
  expect(listTokens(dataDir)).toMatchObject([{ id }]);
  expect((await ask(collector.url, ADMIN, "/v1/audit")).body).toMatchObject({
    items: [
      {},
      { action: "token add", target: expect.stringMatching(/ admin$/) },
      { action: "token revoke", target: `${id} viewer` },
      { action: "token add", target: `${id} viewer` },
    ],
  });
});

test("beside data that is only about to be made a token is given out, and beside a newer collector's none", () => {
  const database = new DatabaseSync(join(dataDir, "events.db"));
  database.exec("PRAGMA journal_mode = WAL");
  giveToken(dataDir, { tenant: "acme", role: "agent" });
  database.exec("PRAGMA user_version = 9999; CREATE TABLE audit (whatever TEXT) STRICT");
  database.close();

  expect(() => giveToken(dataDir, { tenant: "acme", role: "admin" })).toThrow("a newer collector");
  expect(listTokens(dataDir)).toMatchObject([{ role: "agent" }]);
});

test("a token command that lacks something says what", () => {
  expect(run("token", "add", "--tenant", "acme")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("--role"),
  });
  expect(run("token", "revoke", "none")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("there is no such token"),
  });
});

test("runs go on and are verified under the key that they began with, and new ones have a new key", async () => {
  const claim = newClaim();
  const before = await start();
  const old = await GuardClient.start(before.url, AGENT, claim);
  await old.send({ firstSeq: 1, lines: [heartbeat(1)] });
  await before[Symbol.asyncDispose]();
  const count = rotateKey(dataDir);
  const after = await start();
  const again = await GuardClient.start(after.url, AGENT, claim);
  const sent = await again.send({ firstSeq: 2, lines: [heartbeat(2)] });
  const fresh = await GuardClient.start(after.url, AGENT);
  await fresh.send({ firstSeq: 1, lines: [heartbeat(1)] });
  await after[Symbol.asyncDispose]();

  expect([count, sent.status, again.run.uploadKey]).toEqual([2, 200, old.run.uploadKey]);
  expect(verifyRun(dataDir, old.run.runId)).toMatchObject({ events: 2, fault: undefined });
  expect(verifyRun(dataDir, fresh.run.runId)).toMatchObject({ events: 1, fault: undefined });
});

test("a key of before the change is refused beside runs of after it", async () => {
  await (await start())[Symbol.asyncDispose]();
  copyFileSync(join(dataDir, "master.key"), join(dataDir, "copy"));
  rotateKey(dataDir);
  await (await start())[Symbol.asyncDispose]();
  copyFileSync(join(dataDir, "copy"), join(dataDir, "master.key"));

  await expect(start()).rejects.toThrow("is not the key of the events beside it");
});

test("the key is not changed under a running collector", async () => {
  await using _ = await start();

  expect(() => rotateKey(dataDir)).toThrow("another collector keeps its data there");
});

test("a viewer's token looks, and changes nothing", async () => {
  await using collector = await start();
  const { run: begun } = await GuardClient.start(collector.url, AGENT);
  const path = `/v1/runs/${begun.runId}`;

  expect(await ask(collector.url, VIEWER, path)).toMatchObject({ status: 200 });
  expect(await ask(collector.url, VIEWER, `${path}/kill`, '{"reason":"x"}')).toMatchObject({
    status: 403,
  });
});

test("who guesses is told to come later, and who is known at the same address is not held up", async () => {
  await using collector = await start();
  const guesses = await Promise.all(
    Array.from({ length: 150 }, (_, index) => ask(collector.url, `guess-${index}`, "/v1/runs")),
  );
  const statuses = guesses.map(({ status }) => status);

  expect(new Set(statuses)).toEqual(new Set([401, 429]));
  expect(statuses.filter((status) => status === 401).length).toBeLessThan(140);
  expect(guesses.find(({ status }) => status === 429)?.retryAfter).toMatch(/^\d+$/);
  expect(await ask(collector.url, ADMIN, "/v1/runs")).toMatchObject({ status: 200 });
});

function start(): Promise<Collector> {
  return startCollector({
    listen: { host: "127.0.0.1", port: 0 },
    dataDir,
    adminToken: ADMIN,
    viewerToken: VIEWER,
    agentToken: AGENT,
    onDefect,
    onStorageFault: onDefect,
    onNewAdminToken: () => undefined,
  });
}

function run(...args: readonly string[]) {
  return spawnSync(COMMAND, [...args, "--data-dir", dataDir], {
    encoding: "utf8",
    env: { PATH: "/usr/bin:/bin", NODE_COMPILE_CACHE: COMPILE_CACHE },
    timeout: 20_000,
  });
}

async function statusOf(collector: Collector, token: string): Promise<number> {
  return (await ask(collector.url, token, "/v1/runs")).status;
}

/** Thrown where nobody catches it: the run of tests fails. */
function onDefect(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
