import { createServer } from "node:net";
import type { Server, Socket } from "node:net";

import type { ListenAddress, ListenerOptions, PortListening } from "./listen-for-dns.ts";
import { createTcpConnection } from "./tcp-connection.ts";
import type { TcpConnection } from "./tcp-connection.ts";

export function listenOnTcp(
  { ip, port }: ListenAddress,
  options: ListenerOptions,
): Promise<PortListening> {
  // A client may close its own direction once it has asked (RFC 7766 §6.2.4).
  const server = createServer({ allowHalfOpen: true, noDelay: true });
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const reason = `TCP ${ip} port ${port}: ${error.message}`;
      resolve({ status: "failed", code: error.code ?? "", reason });
    });
    server.listen({ host: ip, port, ipv6Only: true, exclusive: true }, () => {
      server.removeAllListeners("error");
      resolve({ status: "listening", listener: serve(server, port, options) });
    });
  });
}

function serve(server: Server, port: number, options: ListenerOptions) {
  const { onFailure, onCrowdedOut, bounds } = options;
  const connections = new Map<Socket, TcpConnection>();
  let isClosing = false;
  server.on("error", (error) => onFailure(`the DNS gate's TCP socket failed: ${error.message}`));
  server.once("close", () => {
    if (!isClosing) onFailure("the DNS gate's TCP socket was closed");
  });
  server.on("connection", (socket) => {
    if (connections.size >= bounds.tcpConnections) {
      closeOldest(connections);
      onCrowdedOut();
    }
    connections.set(socket, createTcpConnection(socket, options));
    socket.once("close", () => connections.delete(socket));
  });
  return {
    port,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        isClosing = true;
        server.close(() => resolve());
        for (const socket of connections.keys()) socket.destroy();
      }),
  };
}

/** One that waits for nothing where there is one, so that idle connections cannot keep others out. */
function closeOldest(connections: Map<Socket, TcpConnection>): void {
  const [first] = connections.keys();
  const idle = [...connections].find(([, connection]) => connection.isIdle())?.[0];
  const oldest = idle ?? first;
  if (oldest === undefined) return;
  connections.delete(oldest);
  oldest.destroy();
}
