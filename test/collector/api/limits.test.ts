import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { type Collector, startCollector } from "../../../collector/collector.ts";
import { INGEST_LIMITS } from "../../../collector/ingest/ingest-limits.ts";
import { FIRST_SEQ_HEADER } from "../../../protocol/index.ts";
import { GuardClient, heartbeat } from "../support/guard-client.ts";

const AGENT = "agent-token-of-the-test";
const MAX_CONNECTIONS = 20;
const SLOW = { perSecond: 0.001, burst: 3 };

let dataDir: string;
let collector: Collector | undefined;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "collector-"));
});
afterEach(async () => {
  await collector?.[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

describe("who sends too fast is told when to come again", () => {
  test.each([
    ["a run", { ...INGEST_LIMITS, run: { ...INGEST_LIMITS.run, requests: SLOW } }],
    ["a tenant", { ...INGEST_LIMITS, tenant: { ...INGEST_LIMITS.tenant, requests: SLOW } }],
    ["a run, by its bytes", { ...INGEST_LIMITS, run: { ...INGEST_LIMITS.run, bytes: SLOW } }],
    [
      "a run, by what is stored beside its batches",
      { ...INGEST_LIMITS, run: { ...INGEST_LIMITS.run, rows: SLOW } },
    ],
  ])("%s", async (_, limits) => {
    const url = await start({ limits });
    const guard = await GuardClient.start(url, AGENT);
    const replies = [];
    for (let seq = 1; seq <= 8; seq += 2) {
      replies.push(await guard.send({ firstSeq: seq, lines: [heartbeat(seq), "no event"] }));
    }

    expect(replies[0]?.status).toBe(200);
    expect(replies.at(-1)).toMatchObject({ status: 429, body: { error: { code: "too-fast" } } });
    expect(Number(replies.at(-1)?.retryAfter)).toBeGreaterThan(0);
  });

  test("a run, by lines that are no events, which cost more to read than to send", async () => {
    const rows = { perSecond: 0.001, burst: 1_000 };
    const limits = { ...INGEST_LIMITS, run: { ...INGEST_LIMITS.run, rows } };
    const guard = await GuardClient.start(await start({ limits }), AGENT);
    const lines = Array.from({ length: 1_000 }, () => "x");

    expect(await guard.send({ firstSeq: 1, lines })).toMatchObject({ status: 200 });
    expect(await guard.send({ firstSeq: 1_001, lines })).toMatchObject({ status: 429 });
  });

  test("and who starts runs", async () => {
    const url = await start({ limits: { ...INGEST_LIMITS, runStarts: SLOW } });
    const started = Array.from({ length: 4 }, () => GuardClient.start(url, AGENT));

    expect((await Promise.allSettled(started)).map(({ status }) => status).toSorted()).toEqual([
      "fulfilled",
      "fulfilled",
      "fulfilled",
      "rejected",
    ]);
  });

  test("and who starts runs, before the start is read", async () => {
    const url = await start({ limits: { ...INGEST_LIMITS, runStarts: SLOW } });
    await Promise.all(Array.from({ length: 3 }, () => GuardClient.start(url, AGENT)));
    const socket = await open(url);
    socket.write(
      `POST /v1/runs HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${AGENT}\r\nContent-Length: 5\r\n\r\n`,
    );
    const [reply] = await once(socket, "data");
    socket.destroy();

    expect(String(reply)).toMatch(/^HTTP\/1\.1 429 /);
  });
});

test("a run has no more than it may, and goes on from where it was before", async () => {
  const url = await start({ limits: { ...INGEST_LIMITS, maxRunBytes: 1 } });
  const guard = await GuardClient.start(url, AGENT);
  await guard.send({ firstSeq: 1, lines: [heartbeat(1)] });

  expect(await guard.send({ firstSeq: 2, lines: [heartbeat(2)] })).toMatchObject({
    status: 413,
    body: { error: { message: "a run may have 1 bytes" } },
  });
});

test("a connection too many is told so, and the others are served", async () => {
  const url = await start({ maxConnections: MAX_CONNECTIONS });
  const held = await Promise.all(Array.from({ length: MAX_CONNECTIONS }, () => open(url)));
  const late = await open(url);
  const text = await readAll(late);
  for (const socket of held) socket.destroy();

  expect(text).toMatch(/^HTTP\/1\.1 429 .*\r\nretry-after: 5\r\n/s);
  expect(text).toContain('{"error":{"code":"too-fast","message":"too many are connected"}}');
  await expect.poll(async () => (await tryStart(url))?.run.acknowledged).toBe(0);
});

describe("what is no request is refused with a reason", () => {
  test.each([
    ["no HTTP", "what is this\r\n\r\n", 400, "this is no HTTP"],
    [
      "two lengths",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      400,
      "this is no HTTP",
    ],
    [
      "a head without an end",
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(20_000)}`,
      431,
      "the head of the request is too long",
    ],
    [
      "a flood of headers",
      `GET / HTTP/1.1\r\nHost: a\r\n${"a: b\r\n".repeat(5_000)}\r\n`,
      431,
      "the head of the request is too long",
    ],
    [
      "a proxy's request",
      "CONNECT example.org:443 HTTP/1.1\r\nHost: a\r\n\r\n",
      405,
      "this is no proxy",
    ],
    ["a path that is none", "GET // HTTP/1.1\r\nHost: a\r\n\r\n", 400, "the path is none"],
  ])("%s", async (_, sent, status, message) => {
    const socket = await open(await start({}));
    socket.end(sent);

    const text = await readAll(socket);
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(text).toContain(`"message":"${message}"`);
  });

  test("a body that ends too early changes nothing", async () => {
    const url = await start({});
    const guard = await GuardClient.start(url, AGENT);
    const { path, headers } = guard.toRequest({ firstSeq: 1, lines: [heartbeat(1)] });
    const socket = await open(url);
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${AGENT}\r\nContent-Length: 5\r\n${FIRST_SEQ_HEADER}: ${headers[FIRST_SEQ_HEADER]}\r\n\r\nab`,
    );
    socket.destroySoon();
    await once(socket, "close");

    expect(await guard.send({ firstSeq: 1, lines: [heartbeat(1)] })).toMatchObject({ status: 200 });
  });
});

async function start(change: Partial<Parameters<typeof startCollector>[0]>): Promise<string> {
  collector = await startCollector({
    listen: { host: "127.0.0.1", port: 0 },
    dataDir,
    adminToken: "admin-token-of-the-test",
    agentToken: AGENT,
    onDefect: throwLater,
    onStorageFault: throwLater,
    onNewAdminToken: () => undefined,
    ...change,
  });
  return collector.url;
}

function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

async function tryStart(url: string): Promise<GuardClient | undefined> {
  return GuardClient.start(url, AGENT).catch(() => undefined);
}

async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => socket.destroy());
  await once(socket, "connect");
  return socket;
}

async function readAll(socket: Socket): Promise<string> {
  let text = "";
  for await (const chunk of socket) text += String(chunk);
  return text;
}
