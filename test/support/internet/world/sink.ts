import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";

import { ATTACKER } from "../addresses.ts";
import { answerStream, listenForDns } from "./dns-server.ts";
import type { Listener } from "./messages.ts";
import { createHttp, createTls, listen, toText, visit, type Surroundings } from "./services.ts";
import { SINK_PORTS } from "./sink-ports.ts";

/** ClientHello: a handshake record (RFC 8446, section 5.1). */
const TLS_HANDSHAKE = 0x16;
const HTTP_METHOD = /^(?:GET|POST|PUT|HEAD|DELETE|OPTIONS|PATCH|CONNECT) /;

/**
 * All the rest of the internet, on every port: whatever gets through is answered in its own protocol, so that an attack
 * succeeds unless somebody stops it. nftables sends what no site serves to these ports.
 */
export async function listenForTheRest(world: Surroundings): Promise<void> {
  const http = createHttp(everywhere(SINK_PORTS.tcp, "proxy"), world);
  const subjects = [ATTACKER.ipv4, ATTACKER.ipv6];
  const tls = await createTls({ listener: everywhere(SINK_PORTS.tcp, "https"), subjects }, world);
  const tcp = createServer((socket) =>
    sniff(socket, everywhere(SINK_PORTS.tcp, "tcp-echo"), world, { http, tls }),
  );
  const dnsOverTls = await createTls({ listener: everywhere(853, "https"), subjects }, world);
  tcp.listen(SINK_PORTS.tcp, "::");
  dnsOverTls.listen(SINK_PORTS.dnsOverTls, "::");
  await Promise.all([
    once(tcp, "listening"),
    once(dnsOverTls, "listening"),
    listen(everywhere(SINK_PORTS.udp, "udp-echo"), world),
    listen(everywhere(SINK_PORTS.quic, "quic"), world),
    listenForDns({ ip: "::", port: SINK_PORTS.dns }, world.dns),
  ]);
}

function everywhere(port: number, service: Listener["service"]): Listener {
  return { name: "attacker", ip: "::", port, service };
}

function sniff(
  socket: Socket,
  listener: Listener,
  world: Surroundings,
  servers: { readonly http: Server; readonly tls: Server },
): void {
  socket.on("error", () => undefined);
  socket.once("data", (first: Buffer) => {
    const said = toText(first);
    if (first[0] === TLS_HANDSHAKE) return handOver(socket, first, servers.tls);
    if (HTTP_METHOD.test(said)) return handOver(socket, first, servers.http);
    visit(listener, world, socket, said);
    if (isDns(first)) {
      socket.unshift(first);
      return answerStream(socket, "tcp", world.dns);
    }
    socket.write(first);
    socket.pipe(socket);
  });
}

function handOver(socket: Socket, first: Buffer, server: Server): void {
  socket.pause();
  socket.unshift(first);
  server.emit("connection", socket);
  process.nextTick(() => socket.resume());
}

/** A length that fits, and one question. */
function isDns(first: Buffer): boolean {
  return (
    first.length > 14 && first.readUInt16BE(0) === first.length - 2 && first.readUInt16BE(6) === 1
  );
}
