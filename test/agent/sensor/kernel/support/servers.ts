import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { networkInterfaces } from "node:os";

export const hasIpv6 = networkInterfaces()["lo"]?.some(({ address }) => address === "::1") === true;

export interface TestServer extends AsyncDisposable {
  readonly port: number;
}

/** Answers every connection with `reply`, once the other side has finished what it had to say. */
export async function listenTcp(host: string, reply = ""): Promise<TestServer> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    socket.resume().on("end", () => socket.end(reply));
  });
  server.listen(0, host);
  await once(server, "listening");
  return {
    port: portOf(server),
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, "close");
    },
  };
}

/** Answers every datagram with `reply`. */
export async function listenUdp(host: string, reply: string): Promise<TestServer> {
  const socket: Socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  socket.on("message", (_, from) => socket.send(reply, from.port, from.address));
  socket.bind(0, host);
  await once(socket, "listening");
  return {
    port: socket.address().port,
    async [Symbol.asyncDispose]() {
      socket.close();
      await once(socket, "close");
    },
  };
}

/** Listens at a path, or at an abstract name when it begins with `@`. */
export async function listenUnix(path: string): Promise<AsyncDisposable & { path: string }> {
  const server = createServer((socket) => socket.on("error", () => socket.destroy()).resume());
  server.listen(path.replace(/^@/u, "\0"));
  await once(server, "listening");
  return {
    path,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, "close");
    },
  };
}

/** A port that nobody listens on: it was given to us a moment ago. */
export async function closedPort(host: string): Promise<number> {
  await using server = await listenTcp(host);
  return server.port;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not a TCP server");
  return address.port;
}
