/** What agents have taken up keeps no operator from stopping them. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { type Collector, startCollector } from "../../../collector/collector.ts";
import { BATCH_LIMITS } from "../../../protocol/index.ts";
import { ask, GuardClient, heartbeat, type Reply } from "../support/guard-client.ts";

const AGENT = "agent-token-of-the-test";
const ADMIN = "admin-token-of-the-test";
const MAX_CONNECTIONS = 50;
/** Without its last byte a body stays in memory. */
const UNENDED = Buffer.alloc(BATCH_LIMITS.maxBytes - 1);

let dataDir: string;
let collector: Collector;
let sockets: Socket[];
let refused: number;

beforeEach(async () => {
  sockets = [];
  refused = 0;
  dataDir = mkdtempSync(join(tmpdir(), "collector-"));
  collector = await startCollector({
    listen: { host: "127.0.0.1", port: 0 },
    dataDir,
    adminToken: ADMIN,
    agentToken: AGENT,
    maxConnections: MAX_CONNECTIONS,
    onDefect: fail,
    onStorageFault: fail,
    onNewAdminToken: () => undefined,
  });
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await collector[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

describe("bodies that do not end", () => {
  test("of one run leave room for other runs, and for its kill", async () => {
    const [flooding, honest] = [await startRun(), await startRun()];
    for (let sent = 0; sent < 13; sent += 1) void sendUnended(flooding);
    await expect.poll(() => refused).toBe(11);

    expect(await honest.send({ firstSeq: 1, lines: [heartbeat(1)] })).toMatchObject({
      status: 200,
    });
    expect(await kill(flooding)).toMatchObject({ status: 201 });
  });

  test("of many runs leave room for the kill of each", async () => {
    const runs = await Promise.all(Array.from({ length: 12 }, startRun));
    const late = await startRun();
    const request = late.toRequest({ firstSeq: 1, lines: [heartbeat(1)] });
    for (const run of runs) void sendUnended(run);
    await expect.poll(async () => (await late.post(request)).status).toBe(429);

    expect(await Promise.all(runs.map(kill))).toMatchObject(runs.map(() => ({ status: 201 })));
  });
});

describe("connections", () => {
  test("that say nothing keep out no operator, however many they are", async () => {
    const guard = await startRun();
    for (let count = 0; count < MAX_CONNECTIONS + 150; count += 1) await open();

    // Two at once, of which one needs a connection of its own.
    expect(await Promise.all([kill(guard), kill(guard)])).toMatchObject([
      { status: 201 },
      { status: 201 },
    ]);
  });

  test("that are left for operators are none for agents", async () => {
    for (let count = 0; count < MAX_CONNECTIONS; count += 1) await open();
    const asked = await Promise.all([
      ask(collector.url, AGENT, "/v1/runs", "{}"),
      ask(collector.url, "", "/healthz"),
    ]);

    expect(asked).toMatchObject([
      { status: 429, body: { error: { message: "too many are connected" } }, retryAfter: "5" },
      { status: 200 },
    ]);
  });
});

function startRun(): Promise<GuardClient> {
  return GuardClient.start(collector.url, AGENT);
}

function kill({ run }: GuardClient): Promise<Reply> {
  const body = JSON.stringify({ reason: "it floods" });
  return ask(collector.url, ADMIN, `/v1/runs/${run.runId}/kill`, body);
}

/** Resolves when it is refused; what the collector takes stays there. */
async function sendUnended({ run }: GuardClient): Promise<void> {
  const socket = await open();
  socket.write(
    `POST /v1/runs/${run.runId}/batches HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${AGENT}\r\nContent-Length: ${BATCH_LIMITS.maxBytes}\r\n\r\n`,
  );
  socket.write(UNENDED);
  const [reply] = await once(socket, "data");
  expect(String(reply)).toMatch(/^HTTP\/1\.1 429 /);
  refused += 1;
}

async function open(): Promise<Socket> {
  const { hostname, port } = new URL(collector.url);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  socket.on("error", () => socket.destroy());
  await once(socket, "connect");
  return socket;
}

function fail(error: unknown): never {
  throw error;
}
