import { createHmac, hkdfSync, randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, describe, expect, test } from "vitest";

import {
  NONCE_HEADER,
  TO_AGENT_KEY_INFO,
  toCommandHead,
  toPingText,
} from "../../../../protocol/index.ts";
import { type ListeningAgentOptions, startListeningAgent } from "./support/listening-agent.ts";

/** What the job can get at: not the key. */
const TOKEN = "agent-token-of-the-test";
const RUN = { runId: randomUUID(), uploadKey: randomBytes(32).toString("hex") };
const KILL = JSON.stringify({ by: "admin", reason: "none", at: "2026-01-31T12:00:00.000Z" });

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }
});

describe("who has not the run's key", () => {
  test.each([
    ["signs with the agents' token", TOKEN],
    ["signs with nothing", ""],
    ["signs with the run's key itself, and not with that of this direction", RUN.uploadKey],
  ])("and %s is not obeyed, and told of", async (_, secret) => {
    await using agent = await listenTo((response) => {
      const mac = createHmac("sha256", Buffer.from(secret, "hex"))
        .update(toCommandHead(RUN.runId, { number: 1, kind: "kill" }) + KILL)
        .digest("hex");
      send(response, { number: 1, kind: "kill", body: KILL, mac });
    });

    await expect.poll(() => agent.foreign).toContain("a command that it did not sign");
    expect(agent.done).toEqual([]);
  });

  test("and changes a word of a command is not obeyed", async () => {
    await using agent = await listenTo((response) => {
      const { mac } = toCommand(1, "policy", KILL);
      send(response, { number: 1, kind: "kill", body: KILL, mac });
    });

    await expect.poll(() => agent.foreign).toContain("a command that it did not sign");
    expect(agent.done).toEqual([]);
  });

  test("and answers as something else is no finding", async () => {
    await using agent = await listenTo((response) => {
      response.end("<html>Sign in to the network</html>");
    }, "text/html");
    await using other = await listenTo((response) => {
      response.end("data: <html>\n\n");
    });

    await expect.poll(() => other.listener.counts.garbled).toBeGreaterThan(0);
    expect([agent.foreign, other.foreign]).toEqual([[], []]);
  });
});

describe("a collector that is out of its mind", () => {
  test("sends a line without an end, and is left", async () => {
    await using agent = await listenTo((response) => {
      const chunk = Buffer.alloc(65_536, "x");
      const more = (): void => {
        while (response.write(chunk));
        response.once("drain", more);
      };
      more();
    });

    await expect.poll(() => agent.listener.counts.flooded).toBeGreaterThan(1);
  });

  test("floods with messages that are right, and is left again and again", async () => {
    await using agent = await listenTo(
      (response, nonce) => {
        let ping = 0;
        const more = (): void => {
          let isRoom = true;
          while (isRoom && !response.destroyed) {
            ping += 1;
            isRoom = send(response, toPing(nonce, ping, 0));
          }
        };
        response.on("drain", more);
        more();
      },
      undefined,
      { bounds: { maxBytes: 10_000, burstBytes: 200_000, bytesPerSecond: 1_000 } },
    );

    await expect.poll(() => agent.listener.counts.flooded).toBeGreaterThan(1);
    expect(agent.listener.counts.connections).toBeGreaterThan(1);
  });

  test("gives more commands than can be obeyed at once, which are obeyed in their turn", async () => {
    const waiting = Promise.withResolvers<void>();
    const done: string[] = [];
    await using _ = await listenTo(
      (response, nonce, after) => {
        for (let number = after + 1; number <= 100; number += 1)
          send(response, toCommand(number, "kill", KILL));
        send(response, toPing(nonce, 1, 100));
      },
      undefined,
      {
        handlers: {
          async kill() {
            await waiting.promise;
            done.push("kill");
            return { state: "obeyed" };
          },
          tighten: async () => ({ state: "obeyed" }),
        },
      },
    );
    waiting.resolve();

    await expect.poll(() => done.length).toBe(100);
  });

  test("asks for what no agent knows, and hears so", async () => {
    const heard: unknown[] = [];
    await using agent = await listenTo(
      (response) => {
        send(response, toCommand(1, "loosen", KILL));
        send(response, toCommand(2, "kill", "{}"));
        send(response, toCommand(3, "kill", KILL));
      },
      undefined,
      {},
      (body) => heard.push(body),
    );

    await expect.poll(() => agent.done).toEqual(["kill: none"]);
    await expect
      .poll(() => heard)
      .toContainEqual({
        state: "refused",
        reason: "this agent does not know such a command",
      });
    await expect
      .poll(() => heard.filter((one) => JSON.stringify(one).includes('"refused"')))
      .toHaveLength(2);
  });

  test("falls silent, and is asked anew", async () => {
    await using agent = await listenTo(
      (response, nonce) => {
        send(response, toPing(nonce, 1, 0));
      },
      undefined,
      { times: { silenceMs: 100 } },
    );

    await expect.poll(() => agent.listener.counts.silent).toBeGreaterThan(1);
    expect(agent.listener.counts.connections).toBeGreaterThan(1);
    expect(agent.listener.counts.polls).toBe(0);
  });

  test("never answers, and keeps nobody from ending", async () => {
    await using server = await serve(() => undefined);
    const times = { firstMessageMs: 3_600_000 };
    const agent = startListeningAgent({ token: TOKEN, run: RUN, ports: [server.port], times });
    await server.asked;

    await expect(agent[Symbol.asyncDispose]()).resolves.toBeUndefined();
  });

  test("refuses, and is left alone for as long as it says", async () => {
    const askedAt: number[] = [];
    await using server = await serve((_, response) => {
      askedAt.push(performance.now());
      response.writeHead(429, { "retry-after": "1" }).end();
    });
    await using _ = startListeningAgent({ token: TOKEN, run: RUN, ports: [server.port] });

    await expect.poll(() => askedAt.length).toBeGreaterThan(1);
    const [first = 0, second = 0] = askedAt;
    expect(second - first).toBeGreaterThanOrEqual(999);
  });
});

/** An agent of its own for each: what one was told is not told to another. */
async function listenTo(
  speak: (response: ServerResponse, nonce: string, after: number) => void,
  contentType = "text/event-stream",
  options: Partial<ListeningAgentOptions> = {},
  hear: (body: unknown) => void = () => undefined,
) {
  const { port } = await serve(async (request, response) => {
    if (request.method === "POST") {
      hear(JSON.parse(await readText(request)));
      response.end("{}");
      return;
    }
    response.writeHead(200, { "content-type": contentType });
    response.flushHeaders();
    const after = Number(request.headers["last-event-id"]);
    speak(response, String(request.headers[NONCE_HEADER]), after);
  });
  return startListeningAgent({ token: TOKEN, run: RUN, ports: [port], ...options });
}

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => unknown) {
  const asked = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    asked.resolve();
    void answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  servers.push(server);
  return {
    port: toPort(server.address()),
    asked: asked.promise,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
    },
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

function send(response: ServerResponse, message: unknown): boolean {
  return response.write(`data: ${JSON.stringify(message)}\n\n`);
}

function toCommand(number: number, kind: string, body: string) {
  return { number, kind, body, mac: sign(toCommandHead(RUN.runId, { number, kind }) + body) };
}

function toPing(nonce: string, ping: number, lastNumber: number) {
  return { ping, lastNumber, mac: sign(toPingText(RUN.runId, nonce, { ping, lastNumber })) };
}

function sign(text: string): string {
  const { runId, uploadKey } = RUN;
  const key = hkdfSync("sha256", Buffer.from(uploadKey, "hex"), runId, TO_AGENT_KEY_INFO, 32);
  return createHmac("sha256", Buffer.from(key)).update(text).digest("hex");
}

function toPort(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("a server without a port");
  return address.port;
}
