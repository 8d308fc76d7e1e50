import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

import dnsPacket, { type Packet } from "dns-packet";

import { decodeMessage } from "./dns-zone.ts";
import type { DnsQuestion } from "./messages.ts";

export interface DnsAnswerer {
  /** Undefined where the question is taken and never answered. */
  answer(query: Packet, question: AskedBy): Promise<Packet | undefined>;
  /** What comes before the answer over UDP. */
  forge(query: Packet): readonly Buffer[];
}

export type AskedBy = Pick<DnsQuestion, "transport" | "from">;

export interface Place {
  readonly ip: string;
  readonly port: number;
}

/** The least that every client takes (RFC 1035, section 4.2.1), where it says no more by EDNS(0). */
const PLAIN_UDP_BYTES = 512;

export async function listenForDns(place: Place, answerer: DnsAnswerer): Promise<void> {
  const udp = createSocket({ type: place.ip.includes(":") ? "udp6" : "udp4" });
  udp.on(
    "message",
    (bytes, from) => void answerDatagram(bytes, from, answerer, udp.send.bind(udp)),
  );
  udp.bind(place.port, place.ip);
  const tcp = createServer((socket) => answerStream(socket, "tcp", answerer));
  tcp.listen(place.port, place.ip);
  await Promise.all([once(udp, "listening"), once(tcp, "listening")]);
}

async function answerDatagram(
  bytes: Buffer,
  from: RemoteInfo,
  answerer: DnsAnswerer,
  send: (bytes: Uint8Array, port: number, address: string) => void,
): Promise<void> {
  const query = decodeMessage(bytes);
  if (query === undefined) return;
  const reply = (message: Uint8Array) => send(message, from.port, from.address);
  for (const forged of answerer.forge(query)) reply(forged);
  const answer = await answerer.answer(query, { transport: "udp", from: from.address });
  if (answer === undefined) return;
  const message = dnsPacket.encode(answer);
  if (message.length <= udpBytesOf(query)) return reply(message);
  const { flags = 0 } = answer;
  reply(dnsPacket.encode({ ...answer, answers: [], flags: flags | dnsPacket.TRUNCATED_RESPONSE }));
}

function udpBytesOf({ additionals = [] }: Packet): number {
  const extensions = additionals.find((it) => it.type === "OPT");
  return extensions?.type === "OPT" ? extensions.udpPayloadSize : PLAIN_UDP_BYTES;
}

/** Messages with their lengths in front (RFC 1035, section 4.2.2), over TCP and over TLS. */
export function answerStream(
  socket: Socket,
  transport: "tcp" | "tls",
  answerer: DnsAnswerer,
): void {
  let waiting = Buffer.alloc(0);
  socket.on("error", () => undefined);
  socket.on("data", (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
      const end = 2 + waiting.readUInt16BE(0);
      const query = decodeMessage(waiting.subarray(2, end));
      waiting = waiting.subarray(end);
      if (query === undefined) {
        socket.destroy();
        return;
      }
      void answerer
        .answer(query, { transport, from: socket.remoteAddress ?? "" })
        .then((answer) => answer !== undefined && socket.write(dnsPacket.streamEncode(answer)));
    }
  });
}

export async function delay(milliseconds: number | undefined): Promise<void> {
  if (milliseconds !== undefined && milliseconds > 0) await wait(milliseconds);
}
