/** A collector whose packets are lost on the way: nobody hears of it, not even that it is not there. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

import { afterEach, beforeEach, expect, test } from "vitest";

import { parseCollectorAddress } from "../../../../agent/stream/transport/collector-address.ts";
import { createHttpTransport } from "../../../../agent/stream/transport/http-transport.ts";
import { createOwnAgent } from "../../../../agent/stream/transport/own-agent.ts";

const MINUTE_MS = 60_000;
const REQUEST = { method: "POST", path: "v1/runs", headers: {}, body: Buffer.from("{}") } as const;
/** It takes nobody in, and has room for two who wait. */
const HOLE = `
  const server = require("node:net").createServer();
  server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    require("node:fs").writeSync(1, server.address().port + "\\n");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;

let hole: ChildProcess;
let port: number;
let waiting: readonly Socket[];
let opened: Socket[];

beforeEach(async () => {
  opened = [];
  hole = spawn(process.execPath, ["-e", HOLE], { stdio: ["ignore", "pipe", "inherit"] });
  const [said] = hole.stdout ? await once(hole.stdout, "data") : [];
  port = Number(String(said));
  waiting = [1, 2].map(() => connect({ host: "127.0.0.1", port }).on("error", () => undefined));
  await Promise.all(waiting.map((socket) => once(socket, "connect")));
});
afterEach(() => {
  for (const socket of waiting) socket.destroy();
  hole.kill("SIGKILL");
});

function open(connectTimeoutMs: number) {
  const parsed = parseCollectorAddress(`http://127.0.0.1:${port}`, false);
  if ("problem" in parsed) throw new Error(parsed.problem);
  const { address } = parsed;
  const agent = createOwnAgent({
    address,
    connect: connectPlainly,
    authorities: undefined,
    connectTimeoutMs,
  });
  return createHttpTransport({ address, agent, proof: () => "", timeoutMs: MINUTE_MS });
}

async function connectPlainly(host: string, to: number, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ host, port: to });
  opened.push(socket);
  try {
    await once(socket, "connect", { signal });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
}

test("keeps nobody waiting who has no time left, and no socket open", async () => {
  const transport = open(MINUTE_MS);
  const reply = await transport.send(REQUEST, AbortSignal.timeout(100));
  const isConnecting = opened.map(({ connecting }) => connecting);
  transport[Symbol.dispose]();

  expect(reply).toEqual({ status: "unreachable", reason: "does not answer in time" });
  expect(isConnecting).toEqual([true]);
  await expect.poll(() => opened.map(({ destroyed }) => destroyed)).toEqual([true]);
});

test("is let go of when there was no connection in time", async () => {
  using transport = open(100);
  const reply = await transport.send(REQUEST, AbortSignal.timeout(MINUTE_MS));

  expect(reply).toEqual({ status: "unreachable", reason: "does not answer in time" });
  expect(opened.map(({ destroyed }) => destroyed)).toEqual([true]);
});
