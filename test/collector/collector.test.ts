import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type Collector, startCollector } from "../../collector/collector.ts";
import { MAC_HEADER } from "../../protocol/index.ts";
import {
  ask,
  type BatchRequest,
  GuardClient,
  heartbeat,
  newClaim,
  startRequest,
  stopped,
} from "./support/guard-client.ts";

const AGENT = "agent-token-of-the-test";
const ADMIN = "admin-token-of-the-test";

const OPTIONS = {
  listen: { host: "127.0.0.1", port: 0 },
  adminToken: ADMIN,
  agentToken: AGENT,
  onDefect,
  onStorageFault: onDefect,
  onNewAdminToken: () => undefined,
};

let dataDir: string;
let collector: Collector;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "collector-"));
  collector = await start();
});
afterAll(async () => {
  await collector[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

describe("a run", () => {
  test("is started, fed, finished, and shown", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    await guard.send({ firstSeq: 1, lines: [heartbeat(1), heartbeat(2)] });
    const second = await guard.send({ firstSeq: 3, lines: [stopped(3)] });
    const goodbye = await guard.finish(3);

    expect([second, goodbye]).toEqual([
      { status: 200, body: { acknowledged: 3 } },
      { status: 200, body: { acknowledged: 3 } },
    ]);
    const { body } = await ask(collector.url, ADMIN, `/v1/runs/${guard.run.runId}`);
    expect(body).toMatchObject({ state: "over", events: 3, ci: { repository: "acme/app" } });
  });

  test("is the same again for the same claim, and goes on where it was", async () => {
    const claim = newClaim();
    const before = await GuardClient.start(collector.url, AGENT, claim);
    await before.send({ firstSeq: 1, lines: [heartbeat(1)] });
    const after = await GuardClient.start(collector.url, AGENT, claim);

    expect(after.run).toMatchObject({
      runId: before.run.runId,
      acknowledged: 1,
      lastMac: before.lastMac,
    });
    expect(await after.send({ firstSeq: 2, lines: [heartbeat(2)] })).toMatchObject({ status: 200 });
  });

  test("is one where its claim comes twice at once", async () => {
    const claim = newClaim();
    const guards = await Promise.all(
      [1, 2, 3].map(() => GuardClient.start(collector.url, AGENT, claim)),
    );

    expect(new Set(guards.map(({ run }) => run.runId)).size).toBe(1);
  });

  test("is not over before its guard has told that it stopped", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    const early = await guard.finish(0);
    await guard.send({ firstSeq: 1, lines: [stopped(1), heartbeat(2)] });
    const behind = await guard.finish(2);

    expect([early.status, behind]).toEqual([
      400,
      {
        status: 400,
        body: {
          error: { code: "bad-request", message: "lastSeq: is no guard-stopped that was stored" },
        },
      },
    ]);
  });

  test("says goodbye at once with its last batch, and as often as it likes", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    const last = guard.toRequest({ firstSeq: 1, lines: [stopped(1)] });
    const stored = guard.post(last);
    guard.lastMac = last.headers[MAC_HEADER] ?? "";
    const goodbyes = [];
    for (let index = 0; index < 3; index += 1) {
      while ((await guard.finish(1)).status === 409);
      goodbyes.push((await guard.finish(1)).status);
    }

    expect([(await stored).status, ...goodbyes]).toEqual([200, 200, 200, 200]);
  });

  test("that sends nothing for a while is silent, and live again when it sends", async () => {
    const fresh = mkdtempSync(join(tmpdir(), "collector-"));
    await using quick = await startCollector({ ...OPTIONS, dataDir: fresh, silentAfterMs: 200 });
    const guard = await GuardClient.start(quick.url, AGENT);
    const readState = async () =>
      Reflect.get(
        Object((await ask(quick.url, ADMIN, `/v1/runs/${guard.run.runId}`)).body),
        "state",
      );

    const findSilence = async () => (await ask(quick.url, ADMIN, "/v1/findings")).body;
    const silence = { rule: "guard-silent", severity: "critical", madeBy: "collector" };

    await expect.poll(readState).toBe("silent");
    expect(await findSilence()).toMatchObject({ items: [{ ...silence, resolvedAt: null }] });
    await guard.send({ firstSeq: 1, lines: [heartbeat(1)] });
    expect(await readState()).toBe("live");
    expect(await findSilence()).toMatchObject({
      items: [{ ...silence, resolvedAt: expect.any(String) }],
    });
    await guard.send({ firstSeq: 2, lines: [stopped(2)] });
    await guard.finish(2);
    await expect.poll(readState).toBe("over");
    rmSync(fresh, { recursive: true });
  });

  test("lives through the collector's end", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    await guard.send({ firstSeq: 1, lines: [heartbeat(1)] });
    await collector[Symbol.asyncDispose]();
    collector = await start();
    const again = await GuardClient.start(collector.url, AGENT);
    const { body } = await ask(collector.url, ADMIN, `/v1/runs/${guard.run.runId}`);

    expect(body).toMatchObject({ events: 1, state: "live" });
    expect(again.run.runId).not.toBe(guard.run.runId);
  });
});

describe("a batch", () => {
  test("that comes again is acknowledged again, and stored once", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    const request = guard.toRequest({ firstSeq: 1, lines: [heartbeat(1)] });

    expect([await guard.post(request), await guard.post(request)]).toEqual([
      { status: 200, body: { acknowledged: 1 } },
      { status: 200, body: { acknowledged: 1 } },
    ]);
    const { body } = await ask(collector.url, ADMIN, `/v1/runs/${guard.run.runId}/events`);
    expect(body).toMatchObject({ items: [{ seq: 1 }], nextCursor: null });
  });

  test("that leaves a gap is refused with what is due", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);

    expect(await guard.send({ firstSeq: 2, lines: [heartbeat(2)] })).toEqual({
      status: 409,
      body: {
        error: { code: "gap", message: "the next batch has to begin with seq 1", expectedSeq: 1 },
      },
    });
  });

  test.each<[string, (request: ReturnType<GuardClient["toRequest"]>, other: GuardClient) => void]>([
    ["is another run's", (request, { run }) => (request.path = `/v1/runs/${run.runId}/batches`)],
    [
      "was changed",
      (request) => (request.content = Buffer.concat([request.content, Buffer.from("x")])),
    ],
    ["counts more than was signed", (request) => (request.headers["runner-guard-count"] = "2")],
    ["has no MAC that could be one", (request) => (request.headers[MAC_HEADER] = "0")],
    ["is said to be packed otherwise", (request) => (request.headers["content-encoding"] = "gzip")],
  ])("that %s is refused, and changes nothing", async (_, tamper) => {
    const [guard, other] = await Promise.all([
      GuardClient.start(collector.url, AGENT),
      GuardClient.start(collector.url, AGENT),
    ]);
    const request = guard.toRequest({ firstSeq: 1, lines: [heartbeat(1)] });
    tamper(request, other);

    expect(await guard.post(request)).toMatchObject({
      status: 403,
      body: { error: { code: "forbidden" } },
    });
    expect(await guard.send({ firstSeq: 1, lines: [heartbeat(1)] })).toMatchObject({ status: 200 });
    expect(await other.send({ firstSeq: 1, lines: [heartbeat(1)] })).toMatchObject({ status: 200 });
  });

  test("that follows on another one than the last is refused: the chain has no fork", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    const early = guard.toRequest({ firstSeq: 2, lines: [heartbeat(2)] });
    await guard.send({ firstSeq: 1, lines: [heartbeat(1)] });

    expect(await guard.post(early)).toMatchObject({ status: 403 });
  });

  test("with a line that is no event keeps the rest, and counts it", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    await guard.send({ firstSeq: 1, lines: [heartbeat(1), "no event", heartbeat(3)] });
    const { body } = await ask(collector.url, ADMIN, `/v1/runs/${guard.run.runId}`);

    expect(body).toMatchObject({ events: 3, deadLetters: 1 });
  });

  test("after the goodbye is refused", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    await guard.send({ firstSeq: 1, lines: [stopped(1)] });
    await guard.finish(1);

    expect(await guard.send({ firstSeq: 2, lines: [heartbeat(2)] })).toMatchObject({
      status: 409,
      body: { error: { code: "run-over" } },
    });
  });

  test("may come before the one before it is stored", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    const requests: BatchRequest[] = [];
    for (let seq = 1; seq <= 20; seq += 1) {
      const request = guard.toRequest({ firstSeq: seq, lines: [heartbeat(seq)] });
      guard.lastMac = request.headers[MAC_HEADER] ?? "";
      requests.push(request);
    }
    // One connection keeps them in order; several do not, and then it is asked for again.
    let next = 0;
    const sendNext = async (): Promise<void> => {
      for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
        while ((await guard.post(request)).status === 409);
      }
    };
    await Promise.all([sendNext(), sendNext()]);
    const { body } = await ask(collector.url, ADMIN, `/v1/runs/${guard.run.runId}`);

    expect(body).toMatchObject({ events: 20 });
  });
});

test("losses that add up to more than a number holds are told as the most that it holds", async () => {
  const guard = await GuardClient.start(collector.url, AGENT);
  await guard.send({ firstSeq: 1, lines: [lost(1), lost(2)] });
  await guard.send({ firstSeq: 3, lines: [lost(3)] });

  expect((await ask(collector.url, ADMIN, `/v1/runs/${guard.run.runId}`)).body).toMatchObject({
    dropped: Number.MAX_SAFE_INTEGER,
  });
});

describe("events", () => {
  test("come in order, page by page, of one kind and one process", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    await guard.send({ firstSeq: 1, lines: [heartbeat(1), exited(2, "10-a"), exited(3, "11-b")] });
    await guard.send({ firstSeq: 4, lines: [exited(4, "10-a"), heartbeat(5)] });
    const list = (query: string) =>
      ask(collector.url, ADMIN, `/v1/runs/${guard.run.runId}/events?${query}`);

    const first = await list("limit=2");
    expect(first.body).toMatchObject({ items: [{ seq: 1 }, { seq: 2 }] });
    expect((await list(`limit=3&cursor=${readCursor(first.body)}`)).body).toMatchObject({
      items: [{ seq: 3 }, { seq: 4 }, { seq: 5 }],
      nextCursor: null,
    });
    expect((await list("kind=heartbeat")).body).toMatchObject({ items: [{ seq: 1 }, { seq: 5 }] });
    expect((await list("process=10-a&after=2")).body).toMatchObject({ items: [{ seq: 4 }] });
  });

  test("of batches that unpack to far more than they are looked for a few batches at a time", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    const megabyte = "x".repeat(1_048_575);
    for (const firstSeq of [1, 8, 15, 22]) {
      await guard.send({ firstSeq, lines: Array.from({ length: 7 }, () => megabyte) });
    }
    await guard.send({ firstSeq: 29, lines: [heartbeat(29)] });
    const path = `/v1/runs/${guard.run.runId}/events`;
    const first = await ask(collector.url, ADMIN, path);

    expect(first.body).toEqual({ items: [], nextCursor: expect.any(String) });
    const next = `${path}?cursor=${readCursor(first.body)}`;
    expect((await ask(collector.url, ADMIN, next)).body).toMatchObject({
      items: [{ seq: 29 }],
      nextCursor: null,
    });
  });

  test("that were cut off after a page hold up nothing that is read afterwards", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    for (const seq of [1, 2]) await guard.send({ firstSeq: seq, lines: [heartbeat(seq)] });
    const path = `/v1/runs/${guard.run.runId}`;
    await ask(collector.url, ADMIN, `${path}/events?limit=1`);
    await guard.send({ firstSeq: 3, lines: [heartbeat(3)] });
    const late = await GuardClient.start(collector.url, AGENT);

    expect((await ask(collector.url, ADMIN, path)).body).toMatchObject({ events: 3 });
    expect(await late.send({ firstSeq: 1, lines: [heartbeat(1)] })).toMatchObject({ status: 200 });
    expect(
      await ask(collector.url, ADMIN, `${path}/kill`, JSON.stringify({ reason: "it mines" })),
    ).toMatchObject({ status: 201 });
  });

  test("of a process are looked for a while, and then from the cursor on", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    const batch = (first: number, count: number) => ({
      firstSeq: first,
      lines: Array.from({ length: count }, (_, index) => exited(first + index, "10-a")),
    });
    for (const first of [1, 10_001]) await guard.send(batch(first, 10_000));
    await guard.send({ firstSeq: 20_001, lines: [exited(20_001, "11-b")] });
    const path = `/v1/runs/${guard.run.runId}/events?process=11-b`;

    const first = await ask(collector.url, ADMIN, path);
    expect(first.body).toEqual({ items: [], nextCursor: expect.any(String) });
    const next = `${path}&cursor=${readCursor(first.body)}`;
    expect((await ask(collector.url, ADMIN, next)).body).toMatchObject({
      items: [{ seq: 20_001 }],
      nextCursor: null,
    });
  });

  test.each(["kind=party", "process=1", "limit=0", "limit=1001", "after=-1", "after=x"])(
    "asked for by %s are refused",
    async (query) => {
      const guard = await GuardClient.start(collector.url, AGENT);

      expect(
        await ask(collector.url, ADMIN, `/v1/runs/${guard.run.runId}/events?${query}`),
      ).toMatchObject({ status: 400, body: { error: { code: "bad-request" } } });
    },
  );
});

describe("a list", () => {
  test("of runs goes on from its cursor, however many are added", async () => {
    const runs = [];
    for (let index = 0; index < 3; index += 1)
      runs.push((await GuardClient.start(collector.url, AGENT)).run.runId);
    const first = await ask(collector.url, ADMIN, "/v1/runs?limit=2");
    await GuardClient.start(collector.url, AGENT);
    const second = await ask(
      collector.url,
      ADMIN,
      `/v1/runs?limit=2&cursor=${readCursor(first.body)}`,
    );

    const listed = [...readIds(first.body), ...readIds(second.body)];
    expect(listed.slice(0, runs.length).toSorted()).toEqual(runs.toSorted());
  });

  test.each(["x", "e30", "W10"])("refuses the cursor %j", async (cursor) => {
    expect(await ask(collector.url, ADMIN, `/v1/runs?cursor=${cursor}`)).toMatchObject({
      status: 400,
    });
  });
});

test("health and readiness are told to anyone, figures to operators", async () => {
  const guard = await GuardClient.start(collector.url, AGENT);
  await guard.send({ firstSeq: 1, lines: [heartbeat(1), "no event"] });
  const readMetrics = (token: string) =>
    fetch(new URL("/metrics", collector.url), { headers: { authorization: `Bearer ${token}` } });

  expect(await ask(collector.url, "", "/healthz")).toMatchObject({ status: 200 });
  const ready = { status: 200, body: { status: "ready" } };
  const checks = ["store", "disk", "clock", "alerting"].map((name) => ({ name, ok: true }));
  // Strangers, and agents, are told no more.
  expect(await (await fetch(new URL("/readyz", collector.url))).json()).toEqual(ready.body);
  expect(await ask(collector.url, AGENT, "/readyz")).toEqual(ready);
  expect(await ask(collector.url, ADMIN, "/readyz")).toEqual({
    status: 200,
    body: { ...ready.body, checks },
  });
  expect(await ask(collector.url, "nobody-s-token", "/readyz")).toMatchObject({ status: 401 });
  expect((await readMetrics(AGENT)).status).toBe(403);
  const text = await (await readMetrics(ADMIN)).text();
  expect(text).toMatch(/^runner_guard_collector_dead_letters_total [1-9]/m);
  expect(text).toMatch(/^runner_guard_collector_requests_total\{outcome="forbidden"\} [1-9]/m);
  expect(text).not.toContain(guard.run.runId);
});

test("what operators read of a run is kept, with who it was, before they see it", async () => {
  const guard = await GuardClient.start(collector.url, AGENT);
  const path = `/v1/runs/${guard.run.runId}/events?kind=finding`;
  await ask(collector.url, ADMIN, "/v1/audit");
  await ask(collector.url, ADMIN, path);
  await ask(collector.url, AGENT, path);
  const { body } = await ask(collector.url, ADMIN, "/v1/audit?limit=3");

  expect(body).toMatchObject({
    items: [
      { action: "GET /v1/audit", role: "admin" },
      { action: "refused: GET /v1/runs/{id}/events", target: path, role: "agent" },
      { action: "GET /v1/runs/{id}/events", target: path, role: "admin" },
    ],
    nextCursor: expect.any(String),
  });
  expect(JSON.stringify(body)).not.toContain(ADMIN);
  expect(await ask(collector.url, AGENT, "/v1/audit")).toMatchObject({ status: 403 });
});

describe("who asks", () => {
  test.each<[string, string, string, number]>([
    ["with no known token", "somebody", "/v1/runs", 401],
    ["as an agent for what operators see", AGENT, "/v1/runs", 403],
    ["for a path that is none", ADMIN, "/v1/nothing", 404],
    ["for a run that is none", ADMIN, "/v1/runs/none", 404],
    ["with a method that the path does not take", ADMIN, "/v1/runs/x/finish", 405],
  ])("%s is told so", async (_, token, path, status) => {
    expect(await ask(collector.url, token, path)).toMatchObject({ status });
  });

  test("as an operator to write is told that it takes an agent", async () => {
    expect(
      await ask(collector.url, ADMIN, "/v1/runs", JSON.stringify(startRequest(newClaim()))),
    ).toMatchObject({ status: 403 });
  });

  test.each<[string, string, number, string]>([
    ["no body", "", 400, "the body is "],
    ["half of one", "{", 400, "the body is no JSON"],
    ["a list", "[]", 400, "the body has to be a JSON object"],
    ["a claim that is none", '{"claim":"x"}', 400, "claim: "],
    ["too much", "x".repeat(70_000), 413, "a body for this path may have 65536 bytes"],
  ])("with %s is told what is wrong", async (_, sent, status, message) => {
    expect(await ask(collector.url, AGENT, "/v1/runs", Buffer.from(sent))).toMatchObject({
      status,
      body: { error: { message: expect.stringContaining(message) } },
    });
  });
});

test("a first start makes an admin's token, tells it once, and keeps its hash", async () => {
  const fresh = mkdtempSync(join(tmpdir(), "collector-"));
  const told: string[] = [];
  const options = {
    ...OPTIONS,
    dataDir: fresh,
    adminToken: undefined,
    onNewAdminToken: (token: string) => told.push(token),
  };
  // Told also where the start fails afterwards.
  const taken = { host: "127.0.0.1", port: Number(new URL(collector.url).port) };
  await expect(startCollector({ ...options, listen: taken })).rejects.toMatchObject({
    code: "listen",
  });
  await using second = await startCollector(options);

  expect(told).toHaveLength(1);
  expect(await ask(second.url, told[0] ?? "", "/v1/runs")).toMatchObject({ status: 200 });
  rmSync(fresh, { recursive: true });
});

test("data whose key is gone is refused, and left as it is", async () => {
  const fresh = mkdtempSync(join(tmpdir(), "collector-"));
  const options = { ...OPTIONS, dataDir: fresh };
  await (await startCollector(options))[Symbol.asyncDispose]();
  rmSync(join(fresh, "master.key"));

  await expect(startCollector(options)).rejects.toMatchObject({
    code: "data-directory",
    message: expect.stringContaining("master.key: the key is missing"),
  });
  rmSync(fresh, { recursive: true });
});

test("data with a key of other data is refused", async () => {
  const fresh = mkdtempSync(join(tmpdir(), "collector-"));
  const options = { ...OPTIONS, dataDir: fresh };
  await (await startCollector(options))[Symbol.asyncDispose]();
  writeFileSync(join(fresh, "master.key"), `${"0".repeat(64)}\n`);

  await expect(startCollector(options)).rejects.toMatchObject({
    code: "data-directory",
    message: expect.stringContaining("master.key is not the key of the events beside it"),
  });
  rmSync(fresh, { recursive: true });
});

test("an end waits for nobody who never finishes a request", async () => {
  const fresh = mkdtempSync(join(tmpdir(), "collector-"));
  const ending = await startCollector({ ...OPTIONS, dataDir: fresh });
  const socket = connect(Number(new URL(ending.url).port), "127.0.0.1");
  socket.write("GET /v1/runs HTTP/1.1\r\nHost: ");
  await once(socket, "connect");
  const closed = once(socket, "close");
  await ending[Symbol.asyncDispose]();

  expect(await closed).toEqual([false]);
  rmSync(fresh, { recursive: true });
});

function start(): Promise<Collector> {
  return startCollector({ ...OPTIONS, dataDir });
}

/** Thrown where nobody catches it: the run of tests fails. */
function onDefect(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

function exited(seq: number, process: string): string {
  const observedAt = "2026-01-31T12:00:00.000001Z";
  return JSON.stringify({
    seq,
    observedAt,
    kind: "process-exited",
    process,
    exitCode: 0,
    signal: null,
  });
}

function lost(seq: number): string {
  const observedAt = "2026-01-31T12:00:00.000001Z";
  const count = Number.MAX_SAFE_INTEGER;
  const kind = "events-dropped";
  return JSON.stringify({ seq, observedAt, kind, sensor: "kernel", reason: "full", count });
}

function readCursor(body: unknown): string {
  return String(Reflect.get(Object(body), "nextCursor"));
}

function readIds(body: unknown): string[] {
  const items: unknown = Reflect.get(Object(body), "items");
  return Array.isArray(items)
    ? items.map((item: unknown) => String(Reflect.get(Object(item), "id")))
    : [];
}
