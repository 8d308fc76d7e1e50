/** A resolver on loopback that does as a test says, over UDP and TCP on one port. */
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";

import dnsPacket, { type DecodedPacket, type Packet } from "dns-packet";

import type { ResolverAddress } from "../../../../agent/egress/dns/resolver-address.ts";
import { UPSTREAM_TIMEOUTS } from "../../../../agent/egress/dns/upstream-limits.ts";

export interface ScriptedQuery {
  readonly transport: "udp" | "tcp";
  readonly bytes: Buffer;
  readonly packet: DecodedPacket;
  readonly name: string;
  readonly hasEdns: boolean;
  readonly port: number;
  /** Numbers the TCP connections. */
  readonly connection: number;
  reply(message: Uint8Array): void;
  /** Over TCP: bytes as they are, without a length. */
  raw(bytes: Uint8Array): void;
  hangUp(): void;
}

export type Script = (query: ScriptedQuery) => void;

export interface ScriptedResolver extends AsyncDisposable {
  readonly address: ResolverAddress;
  readonly queries: readonly ScriptedQuery[];
  readonly connections: number;
}

export interface ScriptedResolverOptions {
  readonly ip?: string;
  readonly udp?: Script;
  /** Without it nobody listens for TCP. */
  readonly tcp?: Script;
}

/** Short, so that a test need not wait long; long enough for a machine that is busy. */
export const TEST_TIMEOUTS = { ...UPSTREAM_TIMEOUTS, nextServerMs: 150, totalMs: 4_000 };

export async function startScriptedResolver(
  options: ScriptedResolverOptions,
): Promise<ScriptedResolver> {
  const { ip = "127.0.0.1" } = options;
  const queries: ScriptedQuery[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const { udp, tcp } = await bindBoth(ip, options.tcp !== undefined);
  udp.on("message", (bytes, remote) => {
    const reply = (message: Uint8Array): void => udp.send(message, remote.port, remote.address);
    const extra = { reply, raw: reply, hangUp: () => undefined, connection: 0 };
    const query = { ...toQuery(bytes, "udp", remote.port), ...extra };
    queries.push(query);
    options.udp?.(query);
  });
  tcp?.on("connection", (socket) => {
    connections += 1;
    const connection = connections;
    sockets.add(socket);
    socket.on("error", () => undefined);
    readFrames(socket, (bytes) => {
      const query: ScriptedQuery = {
        ...toQuery(bytes, "tcp", socket.remotePort ?? 0),
        connection,
        reply: (message) => void socket.write(toTestFrame(message)),
        raw: (message) => void socket.write(message),
        hangUp: () => void socket.end(),
      };
      queries.push(query);
      options.tcp?.(query);
    });
  });
  return {
    address: { ip, port: udp.address().port },
    queries,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      udp.close();
      if (tcp === undefined) return;
      tcp.close();
      await once(tcp, "close");
    },
  };
}

/** An address on which nobody listens: a port that was free a moment ago. */
export async function findDeadAddress(ip = "127.0.0.1"): Promise<ResolverAddress> {
  const { udp } = await bindBoth(ip, false);
  const { port } = udp.address();
  udp.close();
  return { ip, port };
}

export function toAnswer(
  query: ScriptedQuery,
  ip = "192.0.2.1",
  change: Partial<Packet> = {},
): Buffer {
  const { id, questions = [] } = query.packet;
  const answers = [{ type: "A" as const, name: questions[0]?.name ?? "", ttl: 60, data: ip }];
  const flags = dnsPacket.RECURSION_DESIRED | dnsPacket.RECURSION_AVAILABLE;
  return dnsPacket.encode({ type: "response", id, flags, questions, answers, ...change });
}

export function toErrorAnswer(query: ScriptedQuery, rcode: number): Buffer {
  return toAnswer(query, "192.0.2.1", { answers: [], flags: dnsPacket.RECURSION_DESIRED | rcode });
}

export function toTestFrame(message: Uint8Array): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

/** The addresses in an answer's bytes. */
export function addressesIn(message: Uint8Array): string[] {
  const { answers = [] } = dnsPacket.decode(Buffer.from(message));
  return answers.flatMap((it) => (it.type === "A" || it.type === "AAAA" ? it.data : []));
}

function toQuery(bytes: Buffer, transport: "udp" | "tcp", port: number) {
  const packet = dnsPacket.decode(bytes);
  const name = packet.questions?.[0]?.name ?? "";
  return { transport, bytes, packet, name, port, hasEdns: packet.additionals?.length === 1 };
}

async function bindBoth(ip: string, hasTcp: boolean): Promise<{ udp: UdpSocket; tcp?: Server }> {
  for (;;) {
    const udp = createSocket(ip.includes(":") ? "udp6" : "udp4");
    udp.bind(0, ip);
    await once(udp, "listening");
    if (!hasTcp) return { udp };
    const tcp = createServer();
    tcp.listen(udp.address().port, ip);
    try {
      await once(tcp, "listening");
      return { udp, tcp };
    } catch {
      // Somebody has that port for TCP.
      udp.close();
    }
  }
}

function readFrames(socket: Socket, onFrame: (bytes: Buffer) => void): void {
  let held = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= 2 && held.length >= 2 + held.readUInt16BE()) {
      const end = 2 + held.readUInt16BE();
      onFrame(held.subarray(2, end));
      held = held.subarray(end);
    }
  });
}
