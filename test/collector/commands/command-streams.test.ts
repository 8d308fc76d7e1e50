import { EventEmitter, once } from "node:events";
import { createServer, get, type IncomingMessage, type Server } from "node:http";
import { PassThrough, Writable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import {
  type CommandStreams,
  createCommandStreams,
  type Listener,
} from "../../../collector/commands/command-streams.ts";

const BOUNDS = { maxListeners: 2, maxUnreadBytes: 262_144, pingMs: 20 };
const BODY = "x".repeat(20_000);

let streams: CommandStreams;
let server: Server;
/** What the next one to come listens for. */
let listener: Listener;

beforeEach(async () => {
  streams = createCommandStreams(BOUNDS);
  server = createServer((_, response) => {
    response.writeHead(200);
    response.flushHeaders();
    streams.open(listener)(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(async () => {
  streams[Symbol.dispose]();
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

describe("whoever does not read", () => {
  test("is cut off, with nothing more in memory than the bound", async () => {
    listener = newListener("deaf", { pingBytes: 100_000 });
    const answer = await listen();
    const closed = new Promise((resolve) => answer.once("close", resolve));
    answer.on("error", () => undefined);

    await expect.poll(() => streams.counts).toMatchObject({ open: 0, cutOff: 1 });
    // What was sent before is read now, and then it ends.
    answer.resume();
    await closed;
    expect(answer.complete).toBe(false);
  });

  test("is cut off once, however long its connection takes to close", async () => {
    const closing = new EventEmitter();
    const answer = new Writable({
      write: () => undefined,
      destroy: (_, callback) => void closing.once("closed", () => callback(null)),
    });
    let pings = 0;
    const { signPing, ...deaf } = newListener("deaf", { pingBytes: 300_000 });
    streams.open({
      ...deaf,
      signPing(ping) {
        pings += 1;
        return signPing(ping);
      },
    })(answer);
    streams.open(newListener("other"))(new PassThrough().resume());
    const before = pings;
    await wait(10 * BOUNDS.pingMs);
    closing.emit("closed");

    await expect.poll(() => streams.counts.open).toBe(1);
    expect({ before, pings, cutOff: streams.counts.cutOff }).toEqual({
      before: 1,
      pings: 1,
      cutOff: 1,
    });
  });

  test("is given commands as it reads, however many wait, and is not cut off for them", async () => {
    listener = newListener("slow", { commands: 600 });
    const answer = await listen();
    // 12 MB: more than the kernel holds for a connection.
    const numbers: number[] = [];
    answer.setEncoding("utf8");
    let rest = "";
    for await (const chunk of answer) {
      const lines = (rest + String(chunk)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.startsWith("id: ")) numbers.push(Number(line.slice(4)));
      if (numbers.at(-1) === 600) break;
    }

    expect(numbers).toEqual(Array.from({ length: 600 }, (_, index) => index + 1));
    expect(streams.counts.cutOff).toBe(0);
  });
});

describe("what cannot be read", () => {
  test("ends the answer of whoever listens, and is nobody else's fault", async () => {
    let isReadable = true;
    listener = newListener("one", { pull: () => (isReadable ? [] : failToRead()) });
    const answer = await listen();
    const closed = waitForClose(answer);
    isReadable = false;
    streams.notify("one");

    await closed;
    expect(answer.complete).toBe(false);
    await expect.poll(() => streams.counts).toEqual({ open: 0, cutOff: 0, unreadable: 1 });
  });

  test("ends an answer that has just begun", async () => {
    listener = newListener("one", { pull: failToRead });
    const answer = await listen();

    await waitForClose(answer);
    expect(answer.complete).toBe(false);
    await expect.poll(() => streams.counts).toEqual({ open: 0, cutOff: 0, unreadable: 1 });
  });

  test("is told to whoever asks, and nothing of it is kept in mind", async () => {
    let isReadable = false;
    const pull = () => (isReadable ? [] : failToRead());
    await expect(streams.poll(newListener("one", { pull }), 60_000)).rejects.toThrow("a bad disk");
    isReadable = true;
    const polled = streams.poll(newListener("one", { pull }), 60_000);
    isReadable = false;
    streams.notify("one");

    await expect(polled).rejects.toThrow("a bad disk");
    expect(streams.counts).toEqual({ open: 0, cutOff: 0, unreadable: 2 });
  });
});

test("who goes away is not kept in mind", async () => {
  listener = newListener("short");
  const answer = await listen();
  expect(streams.counts.open).toBe(1);
  answer.destroy();

  await expect.poll(() => streams.counts.open).toBe(0);
});

test("there is a bound on who listens, which does not shut out whoever comes back", async () => {
  for (const runId of ["one", "two"]) {
    listener = newListener(runId);
    await listen();
  }

  expect(() => streams.open(newListener("three"))).toThrow("too many agents listen");
  expect(() => streams.poll(newListener("three"), 1_000)).toThrow("too many agents listen");
  expect(streams.open(newListener("two"))).toBeTypeOf("function");
});

test("a crowd that listens keeps nobody from a command that waits", async () => {
  for (const runId of ["one", "two"]) {
    listener = newListener(runId);
    await listen();
  }

  expect(streams.open(newListener("three", { commands: 1 }))).toBeTypeOf("function");
  expect(await streams.poll(newListener("three", { commands: 1 }), 0)).toMatchObject([
    { number: 1 },
    { ping: 1 },
  ]);
});

test("everyone is pinged again and again", async () => {
  listener = newListener("calm");
  const answer = await listen();
  let text = "";
  answer.setEncoding("utf8");
  for await (const chunk of answer) {
    text += String(chunk);
    if (text.includes('"ping":4')) break;
  }

  expect(Array.from(text.matchAll(/"ping":(\d)/g), ([, number]) => number)).toEqual([
    "1",
    "2",
    "3",
    "4",
  ]);
});

async function listen(): Promise<IncomingMessage> {
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const request = get({ port, host: "127.0.0.1", agent: false });
  // Cut off: "close" of the answer tells.
  request.on("error", () => undefined);
  const answer = await new Promise<IncomingMessage>((resolve) => request.once("response", resolve));
  answer.pause();
  return answer;
}

/** However it ends. */
function waitForClose(answer: IncomingMessage): Promise<void> {
  answer.on("error", () => undefined).resume();
  return new Promise((resolve) => void answer.once("close", () => resolve()));
}

interface ListenerChanges extends Partial<Pick<Listener, "pull">> {
  readonly pingBytes?: number;
  readonly commands?: number;
}

function newListener(runId: string, changes: ListenerChanges = {}): Listener {
  const { pingBytes = 64, commands = 0 } = changes;
  return {
    runId,
    lastNumber: 0,
    pull: (after) =>
      after >= commands ? [] : [{ number: after + 1, kind: "kill", body: BODY, mac: "" }],
    ...changes,
    signPing: (ping) => ({ ...ping, mac: "0".repeat(pingBytes) }),
  };
}

function failToRead(): never {
  throw new Error("a bad disk");
}
