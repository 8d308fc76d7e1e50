import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

import { afterEach, describe, expect, test } from "vitest";

import {
  keepReading,
  type KeptReading,
  type ReadingOptions,
} from "../../../../collector/dashboard/client/live/keep-reading.ts";
import type { StreamedEvent } from "../../../../collector/dashboard/client/live/read-event-stream.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

describe("a stream that is read again and again", () => {
  const ended: (() => void)[] = [];
  afterEach(() => {
    for (const end of ended.splice(0)) end();
  });

  test("goes on behind what it has, where the collector hangs", async () => {
    const { address, asked } = await serve(
      (_, response) => void response.writeHead(200).write("event: one\nid: 7\ndata: {}\n\n"),
      (_, response) => void response.writeHead(200).write("event: two\ndata: {}\n\n"),
    );
    const { states, events } = read(address);
    await expect.poll(() => events).toEqual(["one", "two"]);

    // On a machine that others use, too, it may be lost more than once.
    const changes = states.filter((state, index) => state !== states[index - 1]);
    expect(changes.slice(0, 3)).toEqual(["live 200", "lost 0", "live 200"]);
    expect(asked.slice(0, 2).map(({ headers }) => headers["last-event-id"])).toEqual([
      undefined,
      "7",
    ]);
  });

  test("is the same wherever its bytes are cut", async () => {
    const whole = Buffer.from(
      `event: events\nid: 7\ndata: {"a":"ü"}\ndata: {"b":"data: 2"}\n\n: \n\nevent: end\ndata: {}\n\n`,
    );
    const { address } = await serve((_, response) => {
      response.writeHead(200);
      let at = 0;
      const writing = setInterval(() => {
        response.write(whole.subarray(at, (at += 5)));
        if (at >= whole.length) clearInterval(writing);
      }, 5);
    });
    const seen: StreamedEvent[] = [];
    read(address, { onEvent: (event) => void seen.push(event) });
    await expect.poll(() => seen.length).toBe(2);

    expect(seen).toEqual([
      { event: "events", id: "7", data: ['{"a":"ü"}', '{"b":"data: 2"}'] },
      { event: "end", id: undefined, data: ["{}"] },
    ]);
  });

  test("takes no quiet for a loss, while the collector beats", async () => {
    const { address } = await serve((_, response) => {
      response.writeHead(200).write("event: one\ndata: {}\n\n");
      const beating = setInterval(() => response.write(": \n\n"), 20);
      setTimeout(() => {
        clearInterval(beating);
        response.write("event: two\ndata: {}\n\n");
      }, 2_500);
    });
    const { states, events } = read(address, { bounds: { silentMs: 2_000, retryMs: 10 } });
    await expect.poll(() => events).toEqual(["one", "two"]);

    expect(states).toEqual(["live 200"]);
  });

  test("is given up where it is refused, and begun again when somebody looks", async () => {
    const { address, asked } = await serve((_, response) => response.writeHead(401).end());
    const { states, reading } = read(address);
    await expect.poll(() => states).toEqual(["refused 401"]);
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });

    expect(asked).toHaveLength(1);
    reading.stop();
    reading.start();
    await expect.poll(() => asked.length).toBe(2);
  });

  test("is tried again where too many ask, and where nothing answers", async () => {
    const { address } = await serve(
      (_, response) => response.writeHead(429).end(),
      (request) => request.socket.destroy(),
      (_, response) => void response.writeHead(200).write("event: one\ndata: {}\n\n"),
    );
    const { states, events } = read(address);
    await expect.poll(() => events).toEqual(["one"]);

    expect(states).toEqual(["lost 429", "lost 0", "live 200"]);
  });

  test("is not read again once all of it is there", async () => {
    let isOver = false;
    const { address, asked } = await serve((_, response) => {
      response.writeHead(200).end("event: end\ndata: {}\n\n");
    });
    const { events } = read(address, {
      isOver: () => isOver,
      onEvent: () => {
        isOver = true;
      },
    });
    await expect.poll(() => events).toEqual(["end"]);
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });

    expect(asked).toHaveLength(1);
  });

  /** The last answer is every later request's too. */
  async function serve(...answers: readonly Answer[]) {
    const asked: IncomingMessage[] = [];
    const server: Server = createServer((request, response) => {
      const answer = answers[Math.min(asked.length, answers.length - 1)];
      asked.push(request);
      answer?.(request, response);
    });
    ended.push(() => {
      server.close();
      server.closeAllConnections();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const bound = server.address();
    if (bound === null || typeof bound === "string") throw new Error("it listens nowhere");
    return { address: `http://127.0.0.1:${bound.port}/`, asked };
  }

  function read(address: string, options: Partial<ReadingOptions> = {}) {
    const states: string[] = [];
    const events: string[] = [];
    const reading: KeptReading = keepReading(address, {
      bounds: { silentMs: 300, retryMs: 10 },
      onState: (state, status) => states.push(`${state} ${status}`),
      ...options,
      onEvent(event) {
        events.push(event.event);
        options.onEvent?.(event);
      },
    });
    ended.push(() => reading.stop());
    reading.start();
    return { states, events, reading };
  }
});
