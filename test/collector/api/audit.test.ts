import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { get, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { type Collector, startCollector } from "../../../collector/collector.ts";
import { ask, GuardClient } from "../support/guard-client.ts";

const AGENT = "agent-token-of-the-test";
const ADMIN = "admin-token-of-the-test";

let dataDir: string;
let collector: Collector;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "collector-"));
  collector = await startCollector({
    dataDir,
    listen: { host: "127.0.0.1", port: 0 },
    adminToken: ADMIN,
    agentToken: AGENT,
    onNewAdminToken: () => undefined,
    onStorageFault: fail,
    onDefect: fail,
  });
});
afterAll(async () => {
  await collector[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

test("what was read is named as it was found, whatever stood around it", async () => {
  const { run } = await GuardClient.start(collector.url, AGENT);
  const detour = `/v1/runs/${"a/../".repeat(110)}${run.runId}/events?limit=1`;

  expect(await readStatus(detour)).toBe(200);
  expect((await ask(collector.url, ADMIN, "/v1/audit?limit=2")).body).toMatchObject({
    items: [
      { action: "GET /v1/audit", target: "/v1/audit?limit=2" },
      { action: "GET /v1/runs/{id}/events", target: `/v1/runs/${run.runId}/events?limit=1` },
    ],
  });
});

test("what cannot be named in full is not read", async () => {
  const { run } = await GuardClient.start(collector.url, AGENT);

  expect(await readStatus(`/v1/runs/${run.runId}/events?${"a".repeat(512)}&limit=1`)).toBe(400);
});

test("what was changed has what was said of it, and what was no request at all is no change", async () => {
  for (const mode of ["armed", "armd"]) {
    const headers = { authorization: `Bearer ${ADMIN}` };
    await fetch(`${collector.url}/v1/response`, { method: "PUT", headers, body: toOrder(mode) });
  }
  const { body } = await ask(collector.url, ADMIN, "/v1/audit?limit=2");

  expect(body).toMatchObject({
    items: [
      { action: "GET /v1/audit", said: null },
      { action: "PUT /v1/response", said: toOrder("armed") },
    ],
  });
});

test("a flood of what is refused leaves a few entries", async () => {
  for (let count = 0; count < 30; count += 1) await ask(collector.url, AGENT, "/v1/audit");
  const { body } = await ask(collector.url, ADMIN, "/v1/audit?limit=100");

  const kept = JSON.stringify(body).match(/"refused: /g)?.length;
  // Another one a minute, on a machine that is slow.
  expect(kept).toBeGreaterThanOrEqual(10);
  expect(kept).toBeLessThan(20);
});

function toOrder(mode: string): string {
  return JSON.stringify({ mode, reason: "a drill \u202e" });
}

/** Sends the path as it is: `fetch` would tidy it up. */
async function readStatus(path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(collector.url);
  const headers = { authorization: `Bearer ${ADMIN}` };
  const request = get({ hostname, port, path, headers, agent: false });
  const answer = await new Promise<IncomingMessage>((resolve, reject) =>
    request.once("response", resolve).once("error", reject),
  );
  await once(answer.resume(), "end");
  return answer.statusCode;
}

function fail(error: unknown): never {
  throw error;
}
