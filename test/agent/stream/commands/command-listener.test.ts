import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openFileJournal } from "../../../../agent/stream/commands/command-journal.ts";
import { type Collector, startCollector } from "../../../../collector/collector.ts";
import { ask, GuardClient } from "../../../collector/support/guard-client.ts";
import { type ListeningAgentOptions, startListeningAgent } from "./support/listening-agent.ts";
import {
  isCommandEvent,
  type ManInTheMiddle,
  type Meddle,
  startManInTheMiddle,
  toEvents,
} from "./support/man-in-the-middle.ts";

const AGENT = "agent-token-of-the-test";
const ADMIN = "admin-token-of-the-test";

let dataDir: string;
let collector: Collector;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "collector-"));
  collector = await start(0);
});
afterAll(async () => {
  await collector[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

describe("an agent that listens", () => {
  test("obeys a command once, and the operator hears of it", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    await using agent = listen(guard);
    await kill(guard, "it mines");

    await expect
      .poll(() => show(guard, 1))
      .toMatchObject({
        state: "obeyed",
        answer: "2 processes were ended",
      });
    expect(agent.done).toEqual(["kill: it mines"]);
  });

  test("obeys what was asked before it came, in that order", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    await tighten(guard, { deny: ["evil.example"] });
    await kill(guard, "late");
    await using agent = listen(guard);

    await expect.poll(() => show(guard, 2)).toMatchObject({ state: "obeyed" });
    expect(agent.done).toEqual(['tighten: {"deny":["evil.example"]}', "kill: late"]);
  });

  test("goes on when the collector was away", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    await using agent = listen(guard);
    await expect.poll(() => agent.listener.counts.connections).toBe(1);
    const port = toPort(collector);
    await collector[Symbol.asyncDispose]();
    collector = await start(port);
    await kill(guard, "back");

    await expect.poll(() => agent.done).toEqual(["kill: back"]);
    await expect.poll(() => show(guard, 1)).toMatchObject({ state: "obeyed" });
  });

  test("takes the next address where one fails", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    await using agent = listen(guard, { ports: [1, toPort(collector)] });
    await kill(guard, "other");

    await expect.poll(() => show(guard, 1)).toMatchObject({ state: "obeyed" });
    expect(agent.done).toEqual(["kill: other"]);
  });

  test("that was killed and started again repeats neither a kill nor a tightening", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    const path = join(dataDir, "commands.json");
    await tighten(guard, { mode: "block" });
    await kill(guard, "once");
    {
      await using _ = listen(guard, { journal: openFileJournal(path) });
      await expect.poll(() => show(guard, 2)).toMatchObject({ state: "obeyed" });
    }
    await using agent = listen(guard, { journal: openFileJournal(path) });
    await kill(guard, "twice");

    await expect.poll(() => show(guard, 3)).toMatchObject({ state: "obeyed" });
    expect(agent.done).toEqual(["kill: twice"]);
  });

  test("takes no command of another run for one that it had, and stays as strict", async () => {
    const path = join(dataDir, "of-two-runs.json");
    const before = await GuardClient.start(collector.url, AGENT);
    await tighten(before, { mode: "block" });
    {
      await using _ = listen(before, { journal: openFileJournal(path) });
      await expect.poll(() => show(before, 1)).toMatchObject({ state: "obeyed" });
    }
    const guard = await GuardClient.start(collector.url, AGENT);
    await kill(guard, "the first of this run");
    await using agent = listen(guard, { journal: openFileJournal(path) });

    await expect.poll(() => show(guard, 1)).toMatchObject({ state: "obeyed" });
    expect(agent.done).toEqual(["kill: the first of this run"]);
    expect(openFileJournal(path).record.tightened).toEqual([{ mode: "block" }]);
  });

  test("says why it did not obey", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    await using _ = listen(guard, {
      handlers: {
        kill: () => Promise.reject(new Error("no process is known")),
        tighten: async () => ({ state: "refused", reason: "a running guard is never laxer" }),
      },
    });
    await kill(guard, "whom?");
    await tighten(guard, { mode: "block" });

    await expect
      .poll(() => show(guard, 1))
      .toMatchObject({
        state: "refused",
        answer: "no process is known",
      });
    await expect
      .poll(() => show(guard, 2))
      .toMatchObject({
        state: "refused",
        answer: "a running guard is never laxer",
      });
  });

  test("tells what came of a kill before it ends", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    {
      await using agent = listen(guard);
      await kill(guard, "the last thing");
      await expect.poll(() => agent.done).toHaveLength(1);
    }

    expect(await show(guard, 1)).toMatchObject({ state: "obeyed" });
  });
});

describe("a proxy", () => {
  test("that repeats each command has it obeyed once", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    await using proxy = await meddle(async ({ answer, response }) => {
      for await (const event of toEvents(answer)) response.write(event + event);
    });
    await using agent = listen(guard, { ports: [proxy.port] });
    await kill(guard, "once");

    await expect.poll(() => agent.listener.counts.repeated).toBeGreaterThan(0);
    await expect.poll(() => show(guard, 1)).toMatchObject({ state: "obeyed" });
    expect(agent.done).toEqual(["kill: once"]);
  });

  test("that sends what another connection got is found out", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    const recorded: string[] = [];
    await using proxy = await meddle(async ({ answer, response, listening }) => {
      if (listening > 1) {
        for (const event of recorded) response.write(event);
        return;
      }
      for await (const event of toEvents(answer)) {
        recorded.push(event);
        response.write(event);
        if (!isCommandEvent(event)) continue;
        response.end();
        await once(response, "close");
      }
    });
    await using agent = listen(guard, { ports: [proxy.port] });
    await kill(guard, "once");

    await expect.poll(() => agent.foreign).toContain("a ping that it did not sign");
    expect(agent.done).toEqual(["kill: once"]);
  });

  test("that changes their order gets them obeyed in the collector's", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    await kill(guard, "first");
    await kill(guard, "second");
    await using proxy = await meddle(({ answer, response, listening }) => {
      if (listening > 1) return undefined;
      return swapCommands(answer, (event) => response.write(event));
    });
    await using agent = listen(guard, { ports: [proxy.port] });

    await expect.poll(() => agent.done).toEqual(["kill: first", "kill: second"]);
    expect(agent.listener.counts.gaps).toBe(1);
  });

  test("that swallows a command is found out by the next ping", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    await kill(guard, "swallowed");
    await using proxy = await meddle(({ answer, response, listening }) => {
      if (listening > 1) return undefined;
      return (async () => {
        for await (const event of toEvents(answer))
          if (!isCommandEvent(event)) response.write(event);
      })();
    });
    await using agent = listen(guard, { ports: [proxy.port] });

    await expect.poll(() => agent.done).toEqual(["kill: swallowed"]);
    expect(agent.listener.counts.gaps).toBe(1);
    expect(agent.withheld()).toBe(0);
  });

  test("that goes on swallowing a command is told of, once", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    await kill(guard, "swallowed");
    await using proxy = await meddle(async ({ answer, response }) => {
      for await (const event of toEvents(answer)) if (!isCommandEvent(event)) response.write(event);
    });
    await using agent = listen(guard, { ports: [proxy.port] });

    await expect.poll(() => agent.listener.counts.gaps).toBeGreaterThan(5);
    expect(agent.withheld()).toBe(1);
  });

  test("that cuts each connection after some bytes delays, and does no more", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    await kill(guard, "in pieces");
    await using proxy = await meddle(async ({ answer, response, listening }) => {
      let left = listening * 50;
      for await (const chunk of answer) {
        response.write(chunk.subarray(0, left));
        left -= chunk.length;
        if (left <= 0) break;
      }
    });
    await using agent = listen(guard, { ports: [proxy.port] });

    await expect.poll(() => agent.done).toEqual(["kill: in pieces"]);
    await expect.poll(() => show(guard, 1)).toMatchObject({ state: "obeyed" });
    expect(agent.done).toHaveLength(1);
  });

  test("that loses what the agent says has each command obeyed once, and heard of in the end", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    let lost = 0;
    await using proxy = await startManInTheMiddle(collector.url, ({ request }) => {
      if (request.method !== "POST" || lost >= 5) return undefined;
      lost += 1;
      return Promise.resolve();
    });
    await using agent = listen(guard, { ports: [proxy.port] });
    await kill(guard, "once");
    await tighten(guard, { mode: "block" });

    await expect.poll(() => agent.listener.counts.repeated).toBeGreaterThan(0);
    await expect.poll(() => show(guard, 2)).toMatchObject({ state: "obeyed" });
    expect(await show(guard, 1)).toMatchObject({ state: "obeyed" });
    expect(agent.done).toEqual(["kill: once", 'tighten: {"mode":"block"}']);
  });

  test("that gives the commands of another run is found out", async () => {
    const [guard, other] = await Promise.all([
      GuardClient.start(collector.url, AGENT),
      GuardClient.start(collector.url, AGENT),
    ]);
    await kill(other, "not yours");
    await using direct = listen(other);
    await expect.poll(() => direct.done).toHaveLength(1);
    const theirs: string[] = [];
    await using spy = await meddle(async ({ answer, response }) => {
      for await (const event of toEvents(answer)) {
        theirs.push(event);
        response.write(event);
      }
    });
    await using _ = listen(other, { ports: [spy.port] });
    await expect.poll(() => theirs.some(isCommandEvent)).toBe(true);
    await using proxy = await meddle(async ({ response }) => {
      for (const event of theirs.filter(isCommandEvent)) response.write(event);
    });
    await using agent = listen(guard, { ports: [proxy.port] });

    await expect.poll(() => agent.foreign).toContain("a command that it did not sign");
    expect(agent.done).toEqual([]);
  });

  test("that holds streams back is met with questions", async () => {
    const guard = await GuardClient.start(collector.url, AGENT);
    await using proxy = await meddle(({ request, answer }) => {
      if (request.url?.includes("?wait=") === true) return undefined;
      // Until all of it is there, which is never.
      return (async () => {
        for await (const _ of answer);
      })();
    });
    await using agent = listen(guard, { ports: [proxy.port], times: { firstMessageMs: 200 } });
    await expect.poll(() => agent.listener.counts.polls).toBeGreaterThan(0);
    await kill(guard, "asked for");

    await expect.poll(() => show(guard, 1)).toMatchObject({ state: "obeyed" });
    expect(agent.done).toEqual(["kill: asked for"]);
  });
});

async function swapCommands(
  answer: AsyncIterable<Buffer>,
  write: (event: string) => void,
): Promise<void> {
  const held: string[] = [];
  for await (const event of toEvents(answer)) {
    if (isCommandEvent(event)) held.push(event);
    if (held.length === 2) for (const one of held.toReversed()) write(one);
  }
}

/** Answers to what the agent says are passed on. */
function meddle(it: Meddle): Promise<ManInTheMiddle> {
  return startManInTheMiddle(collector.url, (exchange) =>
    exchange.request.method === "POST" ? undefined : it(exchange),
  );
}

function listen({ run }: GuardClient, options: Partial<ListeningAgentOptions> = {}) {
  return startListeningAgent({ token: AGENT, run, ports: [toPort(collector)], ...options });
}

function kill(guard: GuardClient, reason: string): Promise<unknown> {
  return give(guard, "kill", { reason });
}

function tighten(guard: GuardClient, asked: object): Promise<unknown> {
  return give(guard, "policy", { reason: "to be safe", tighten: asked });
}

async function give({ run }: GuardClient, what: string, body: unknown): Promise<unknown> {
  const path = `/v1/runs/${run.runId}/${what}`;
  const reply = await ask(collector.url, ADMIN, path, JSON.stringify(body));
  expect(reply).toMatchObject({ status: 201 });
  return reply.body;
}

async function show({ run }: GuardClient, number: number): Promise<unknown> {
  const path = `/v1/runs/${run.runId}/commands/${number}`;
  return (await ask(collector.url, ADMIN, path)).body;
}

function toPort({ url }: Collector): number {
  return Number(new URL(url).port);
}

function start(port: number): Promise<Collector> {
  return startCollector({
    dataDir,
    listen: { host: "127.0.0.1", port },
    adminToken: ADMIN,
    agentToken: AGENT,
    onNewAdminToken: () => undefined,
    onStorageFault: fail,
    onDefect: fail,
  });
}

function fail(error: unknown): never {
  throw error;
}
