import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type Collector, startCollector } from "../../../collector/collector.ts";
import { AgentListener, isCommand } from "../support/agent-listener.ts";
import { ask, GuardClient, heartbeat, type Reply } from "../support/guard-client.ts";

const AGENT = "agent-token-of-the-test";
const ADMIN = "admin-token-of-the-test";
const RESPONDER = "responder-token-of-the-test";
const REASON = { reason: "it mines" };
/** With the beginning of its hash, by which the audit log has it. */
const BY_ADMIN = expect.stringMatching(/^admin \w{12}$/);

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

describe("a kill", () => {
  test("reaches the run's agent at once, signed and numbered, and its state is that of the agent's word", async () => {
    const { guard, agent } = await startRun();
    await using heard = await agent.listen();
    const greeting = await heard.next();
    const given = await give(guard, "kill", REASON);
    const command = await heard.next();

    expect(greeting).toMatchObject({ ping: 1, lastNumber: 0 });
    expect(given).toMatchObject({
      status: 201,
      body: { number: 1, kind: "kill", by: BY_ADMIN, reason: "it mines", state: "queued" },
    });
    expect(command).toMatchObject({ number: 1, kind: "kill" });
    expect([greeting, command].map((it) => it && agent.isGenuine(it))).toEqual([true, true]);
    expect(await agent.answer(1, { state: "delivered" })).toMatchObject({ status: 200 });
    expect(await show(guard, 1)).toMatchObject({ state: "delivered", answer: null });
    await agent.answer(1, { state: "obeyed", reason: "3 processes were ended" });
    expect(await show(guard, 1)).toMatchObject({
      state: "obeyed",
      answer: "3 processes were ended",
    });
  });

  test("waits for an agent that does not listen, also while the collector is started anew", async () => {
    const { guard, agent } = await startRun();
    await give(guard, "kill", REASON);
    await collector[Symbol.asyncDispose]();
    collector = await start();
    const later = new AgentListener({ url: collector.url, token: AGENT, run: guard.run });
    await using heard = await later.listen();

    expect(agent.nonce).not.toBe(later.nonce);
    expect(await heard.next()).toMatchObject({ number: 1, kind: "kill" });
    expect(await heard.next()).toMatchObject({ ping: 1, lastNumber: 1 });
  });

  test("comes again until the agent has settled it, and not after that", async () => {
    const { guard, agent } = await startRun();
    await give(guard, "kill", REASON);
    await give(guard, "policy", { ...REASON, tighten: { mode: "block" } });
    const numbers = async (lastNumber: number): Promise<unknown[]> =>
      (await agent.poll(0, lastNumber)).filter(isCommand).map(({ number }) => number);

    expect(await numbers(0)).toEqual([1, 2]);
    expect(await numbers(0)).toEqual([1, 2]);
    await agent.answer(1, { state: "obeyed" });
    expect(await numbers(1)).toEqual([2]);
    await agent.answer(2, { state: "obeyed" });
    expect(await numbers(2)).toEqual([]);
  });

  test("whose number the agent has settled already is asked for again, as after data was put back", async () => {
    const { guard, agent } = await startRun();
    await give(guard, "kill", REASON);
    await give(guard, "kill", { reason: "it still does" });
    const heard = (await agent.poll(0, 7)).filter(isCommand);

    expect(heard.map(({ number, body }) => [number, JSON.parse(body).reason])).toEqual([
      [8, "it mines"],
      [9, "it still does"],
    ]);
    expect(await show(guard, 1)).toMatchObject({
      state: "refused",
      answer: "the agent has had another command 1: this one is asked for again as command 8",
    });
    expect(await show(guard, 9)).toMatchObject({ state: "queued", reason: "it still does" });
    expect((await agent.poll(0, 7)).filter(isCommand)).toEqual(heard);
  });

  test.each([
    ["no reason", {}, 400],
    ["an empty reason", { reason: "  " }, 400],
    ["a reason of a book", { reason: "x".repeat(501) }, 400],
    ["what a kill does not have", { ...REASON, force: true }, 400],
  ])("with %s is refused", async (_, body, status) => {
    const { guard } = await startRun();

    expect(await give(guard, "kill", body)).toMatchObject({ status });
    expect(await ask(collector.url, ADMIN, `/v1/runs/${guard.run.runId}/commands/1`)).toMatchObject(
      { status: 404 },
    );
  });

  test("of a run that is over, or that is none, is refused", async () => {
    const { guard } = await startRun();
    await guard.send({ firstSeq: 1, lines: [stopped(1)] });
    await guard.finish(1);
    const path = `/v1/runs/${crypto.randomUUID()}/kill`;

    expect(await give(guard, "kill", REASON)).toMatchObject({
      status: 409,
      body: { error: { code: "run-over" } },
    });
    expect(await ask(collector.url, ADMIN, path, JSON.stringify(REASON))).toMatchObject({
      status: 404,
    });
  });

  test("is for a responder to give, who is named", async () => {
    const { guard } = await startRun();
    const path = `/v1/runs/${guard.run.runId}/kill`;

    expect(await ask(collector.url, RESPONDER, path, JSON.stringify(REASON))).toMatchObject({
      status: 201,
      body: { by: expect.stringMatching(/^responder \w{12}$/) },
    });
    expect(await ask(collector.url, RESPONDER, "/v1/runs")).toMatchObject({ status: 200 });
  });

  test("has a number left, whatever else was asked of the run before", async () => {
    const { guard } = await startRun();
    using database = new DatabaseSync(join(dataDir, "events.db"), { timeout: 5_000 });
    database
      .prepare(`
        INSERT INTO commands (run, number, kind, body, asked_at, state, state_at)
        VALUES (?, 984, 'policy', '{}', 1, 'obeyed', 1)`)
      .run(guard.run.runId);
    const policy = { reason: "no more", tighten: { mode: "block" } };

    expect(await give(guard, "policy", policy)).toMatchObject({
      status: 413,
      body: { error: { message: "a run takes 984 commands of the kind policy" } },
    });
    expect(await give(guard, "kill", REASON)).toMatchObject({ status: 201 });
  });

  test("is not for an agent to give", async () => {
    const { guard } = await startRun();
    const path = `/v1/runs/${guard.run.runId}/kill`;

    expect(await ask(collector.url, AGENT, path, JSON.stringify(REASON))).toMatchObject({
      status: 403,
    });
  });

  test("one of many at once has a number of its own, without gaps", async () => {
    const { guard, agent } = await startRun();
    await using heard = await agent.listen();
    await heard.next();
    const given = await Promise.all(
      Array.from({ length: 16 }, () => give(guard, "kill", { reason: "twice" })),
    );
    const numbers: number[] = [];
    while (numbers.length < 16) {
      const message = await heard.next();
      if (isCommand(message)) numbers.push(message.number);
    }

    const expected = Array.from({ length: 16 }, (_, index) => index + 1);
    expect(numbers).toEqual(expected);
    expect(given.map(({ body }) => toNumber(body)).toSorted((a, b) => a - b)).toEqual(expected);
  });
});

describe("a policy", () => {
  test("is delivered as it was asked for", async () => {
    const { guard, agent } = await startRun();
    const tighten = { deny: ["evil.example", "192.0.2.0/24"], mode: "block", dns: "allowed-names" };
    await give(guard, "policy", { ...REASON, tighten });
    const [command] = (await agent.poll(0)).filter(isCommand);

    expect(JSON.parse(command?.body ?? "")).toMatchObject({ by: BY_ADMIN, ...REASON, tighten });
  });

  test.each([
    ["nothing", {}],
    ["a laxer mode", { mode: "audit" }],
    ["what loosens", { allow: ["evil.example"] }],
    ["a destination that is none", { deny: ["evil.example\nallow: all"] }],
    ["more than a guard takes", { deny: Array.from({ length: 201 }, (_, n) => `${n}.example`) }],
  ])("that asks for %s is refused", async (_, tighten) => {
    const { guard } = await startRun();

    expect(await give(guard, "policy", { ...REASON, tighten })).toMatchObject({
      status: 400,
      body: { error: { code: "bad-request" } },
    });
  });
});

describe("whoever listens", () => {
  test("with the agents' token alone hears nothing", async () => {
    const { guard, agent } = await startRun();
    const other = (await startRun()).agent;
    await give(guard, "kill", REASON);
    await using stranger = await agent.listen(other.headers());
    await using liar = await agent.listen({ ...agent.headers(), "last-event-id": "1" });
    await using silent = await agent.listen({});

    expect([stranger.status, liar.status, silent.status]).toEqual([403, 403, 400]);
  });

  test("does so once: the one before is let go", async () => {
    const { agent } = await startRun();
    await using first = await agent.listen();
    await first.next();
    await using second = await agent.listen();

    expect(await second.next()).toMatchObject({ ping: 1 });
    expect(await first.next()).toBeUndefined();
  });

  test("by asking again and again gets the command when it comes", async () => {
    const { guard, agent } = await startRun();
    const polled = agent.poll(20);
    await give(guard, "kill", REASON);

    const messages = await polled;
    expect(messages).toMatchObject([{ number: 1 }, { ping: 1, lastNumber: 1 }]);
    expect(messages.every((message) => agent.isGenuine(message))).toBe(true);
  });

  test("in vain gets a ping when its time is over", async () => {
    const { agent } = await startRun();

    expect(await agent.poll(0)).toMatchObject([{ ping: 1, lastNumber: 0 }]);
  });

  test("while the commands cannot be read is told so, and the collector goes on", async () => {
    const { guard, agent } = await startRun();
    await using heard = await agent.listen();
    await heard.next();
    const path = `/v1/runs/${guard.run.runId}/commands`;
    rename("commands", "gone");
    try {
      const asked = [
        await ask(collector.url, AGENT, `${path}?wait=0`, undefined, agent.headers()),
        await give(guard, "kill", REASON),
        await ask(collector.url, ADMIN, `${path}/1`),
      ];
      await using again = await agent.listen();

      expect(asked).toMatchObject(
        asked.map(() => ({ status: 503, body: { error: { code: "storage-failed" } } })),
      );
      expect(await again.next().catch(() => undefined)).toBeUndefined();
    } finally {
      rename("gone", "commands");
    }
    expect(await agent.poll(0)).toMatchObject([{ ping: 1, lastNumber: 0 }]);
  });

  test("is counted, and so is whoever was let go", async () => {
    const { agent } = await startRun();
    await using heard = await agent.listen();
    await heard.next();
    const headers = { authorization: `Bearer ${ADMIN}` };
    const text = await (await fetch(new URL("/metrics", collector.url), { headers })).text();

    expect(text).toMatch(/^runner_guard_collector_listeners [1-9]/m);
    expect(text).toMatch(
      /^runner_guard_collector_listeners_lost_total\{reason="does-not-read"\} \d/m,
    );
    expect(text).toMatch(/^runner_guard_collector_listeners_lost_total\{reason="unreadable"\} \d/m);
  });

  test("does not keep the collector from ending, and is ended by it rather than cut off", async () => {
    const { agent } = await startRun();
    await using heard = await agent.listen();
    await heard.next();
    const end = heard.next();
    await collector[Symbol.asyncDispose]();
    collector = await start();

    expect(await end).toBeUndefined();
  });
});

describe("an answer", () => {
  test("without the run's key is refused, and changes nothing", async () => {
    const { guard } = await startRun();
    const { agent: other } = await startRun();
    await give(guard, "kill", REASON);
    const body = JSON.stringify({ state: "obeyed" });
    const path = `/v1/runs/${guard.run.runId}/commands/1`;
    const mac = { "runner-guard-mac": other.nonce.repeat(2) };

    expect(await ask(collector.url, AGENT, path, body)).toMatchObject({ status: 403 });
    expect(await ask(collector.url, AGENT, path, body, mac)).toMatchObject({ status: 403 });
    expect(await show(guard, 1)).toMatchObject({ state: "queued" });
  });

  test("that is final is not taken back", async () => {
    const { guard, agent } = await startRun();
    await give(guard, "kill", REASON);
    await agent.answer(1, { state: "obeyed" });
    await agent.answer(1, { state: "refused", reason: "late" });
    await agent.answer(1, { state: "delivered" });

    expect(await show(guard, 1)).toMatchObject({ state: "obeyed", answer: null });
  });

  test("to what was never asked is refused", async () => {
    const { agent } = await startRun();

    expect(await agent.answer(1, { state: "obeyed" })).toMatchObject({ status: 404 });
  });
});

async function startRun(): Promise<{ guard: GuardClient; agent: AgentListener }> {
  const guard = await GuardClient.start(collector.url, AGENT);
  return {
    guard,
    agent: new AgentListener({ url: collector.url, token: AGENT, run: guard.run }),
  };
}

function give({ run }: GuardClient, what: "kill" | "policy", body: unknown): Promise<Reply> {
  return ask(collector.url, ADMIN, `/v1/runs/${run.runId}/${what}`, JSON.stringify(body));
}

async function show({ run }: GuardClient, number: number): Promise<unknown> {
  const path = `/v1/runs/${run.runId}/commands/${number}`;
  return (await ask(collector.url, ADMIN, path)).body;
}

function toNumber(body: unknown): number {
  return typeof body === "object" && body !== null && "number" in body ? Number(body.number) : 0;
}

function stopped(seq: number): string {
  const event = { ...JSON.parse(heartbeat(seq)), kind: "guard-stopped" };
  return JSON.stringify({ ...event, runId: "guard", exitCode: 0, signal: null });
}

/** As a damaged database would have it. */
function rename(table: string, name: string): void {
  using database = new DatabaseSync(join(dataDir, "events.db"), { timeout: 5_000 });
  database.exec(`ALTER TABLE ${table} RENAME TO ${name}`);
}

function start(): Promise<Collector> {
  return startCollector({
    dataDir,
    listen: { host: "127.0.0.1", port: 0 },
    adminToken: ADMIN,
    responderToken: RESPONDER,
    agentToken: AGENT,
    onNewAdminToken: () => undefined,
    onStorageFault: fail,
    onDefect: fail,
  });
}

function fail(error: unknown): never {
  throw error;
}
