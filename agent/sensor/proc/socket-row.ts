/** One line of a table under /proc/net. Addresses stay as the kernel printed them: most rows are never looked at twice. */
import { toPlainEndpoint } from "./network-endpoint.ts";

export type InternetProtocol = "tcp" | "udp" | "raw" | "icmp";

/** include/net/tcp_states.h, from 1 on; tables of other protocols use `established` and `close` alone. */
const STATES = [
  "established",
  "syn-sent",
  "syn-received",
  "fin-wait-1",
  "fin-wait-2",
  "time-wait",
  "close",
  "close-wait",
  "last-ack",
  "listen",
  "closing",
  "new-syn-received",
] as const;

export type SocketState = (typeof STATES)[number];

export interface InternetSocketRow {
  readonly protocol: InternetProtocol;
  /** `ADDRESS:PORT`, for parseEndpoint. Of raw and icmp sockets the local port is the protocol number, or the echo id. */
  readonly local: string;
  readonly remote: string;
  readonly state: SocketState;
  /** 0 when the socket belongs to no process any more. */
  readonly inode: number;
}

export interface PacketSocketRow {
  readonly inode: number;
  /** The Ethernet protocol it takes, 3 for all. */
  readonly etherType: number;
}

const INTERNET_ROW =
  /^\s*\d+: ([0-9A-F]{8,32}:[0-9A-F]{4}) ([0-9A-F]{8,32}:[0-9A-F]{4}) ([0-9A-F]{2}) \S+ \S+ \S+ +\d+ +\d+ +(\d{1,15})(?: |$)/;
const PACKET_ROW = /^\S+ +\d+ +\d+ +([0-9a-f]{4}) +\S+ +\d+ +\d+ +\d+ +(\d{1,15})/;

export function parseInternetRow(
  line: string,
  protocol: InternetProtocol,
): InternetSocketRow | undefined {
  const match = INTERNET_ROW.exec(line);
  if (match === null) return undefined;
  const [, local = "", remote = "", stateCode = "", inode = ""] = match;
  const state = STATES[Number.parseInt(stateCode, 16) - 1];
  if (state === undefined) return undefined;
  return {
    protocol,
    local: toPlainEndpoint(local),
    remote: toPlainEndpoint(remote),
    state,
    inode: Number(inode),
  };
}

export function parsePacketRow(line: string): PacketSocketRow | undefined {
  const match = PACKET_ROW.exec(line);
  if (match === null) return undefined;
  const [, etherType = "", inode = ""] = match;
  return { inode: Number(inode), etherType: Number.parseInt(etherType, 16) };
}
