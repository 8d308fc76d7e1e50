import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";

import { describe, expect, test } from "vitest";

import {
  connectMarkedTcp,
  openMarkedUdp,
  type OpenedSocket,
} from "../../../agent/egress/marked-socket.ts";
import { requires } from "../../support/requires.ts";
import { findDeadAddress } from "./dns/scripted-resolver.ts";

const { root } = requires;
const MARK = 0x5eed_1234;

describe("a socket without a mark", () => {
  testSockets(null);
});

describe.skipIf(!root.available)(`a socket with a mark${root.note}`, () => {
  testSockets(MARK);
});

function testSockets(mark: number | null): void {
  test("carries data both ways over TCP", async () => {
    await using server = await startEcho();
    const socket = opened(connectMarkedTcp({ ip: "127.0.0.1", port: server.port, mark }));

    const isConnected = once(socket, "connect");
    socket.end("x".repeat(1_000_000));
    await isConnected;

    expect(await readAll(socket)).toBe("x".repeat(1_000_000));
  });

  test("keeps what is written before it is connected", async () => {
    await using server = await startEcho("::1");
    const socket = opened(
      connectMarkedTcp({ ip: "::1", port: server.port, mark, allowHalfOpen: true }),
    );

    socket.write("early");
    socket.end(" bird");

    expect(await readAll(socket)).toBe("early bird");
  });

  test("tells that nobody listens", async () => {
    const { port } = await findDeadAddress();
    const socket = opened(connectMarkedTcp({ ip: "127.0.0.1", port, mark }));
    socket.write("early");

    const [error] = await once(socket, "error");

    expect(error).toMatchObject({ code: "ECONNREFUSED", syscall: "connect" });
    expect(socket.destroyed).toBe(true);
  });

  test("may be given up before it is connected", async () => {
    // A test network (RFC 5737), from which nothing answers.
    const socket = opened(connectMarkedTcp({ ip: "192.0.2.1", port: 9, mark }));
    socket.on("error", () => undefined);
    socket.destroy();

    await once(socket, "close");

    expect(socket.destroyed).toBe(true);
  });

  test.each([
    ["ipv4" as const, "127.0.0.1"],
    ["ipv6" as const, "::1"],
  ])("carries datagrams over %s", async (family, ip) => {
    const echo = createSocket(family === "ipv4" ? "udp4" : "udp6");
    echo.on("message", (message, remote) => echo.send(message, remote.port, remote.address));
    echo.bind(0, ip);
    await once(echo, "listening");
    const socket = opened(openMarkedUdp(family, mark));
    socket.connect(echo.address().port, ip);
    await once(socket, "connect");

    socket.send("there and back");
    const [message] = await once(socket, "message");
    socket.close();
    echo.close();

    expect(String(message)).toBe("there and back");
  });

  test("tells that nobody takes its datagrams", async () => {
    const { port } = await findDeadAddress();
    const socket = opened(openMarkedUdp("ipv4", mark));
    socket.connect(port, "127.0.0.1");
    await once(socket, "connect");

    socket.send("anybody?");
    const [error] = await once(socket, "error");
    socket.close();

    expect(error).toMatchObject({ code: "ECONNREFUSED" });
  });
}

function opened<T>(result: OpenedSocket<T>): T {
  if (result.status === "failed") throw new Error(result.reason);
  return result.socket;
}

async function readAll(socket: Socket): Promise<string> {
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
  await once(socket, "close");
  return text;
}

async function startEcho(ip = "127.0.0.1"): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((socket) => socket.pipe(socket));
  server.listen(0, ip);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, "close");
    },
  };
}
