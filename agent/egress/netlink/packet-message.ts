import { type Attributes, parseAttributes, textOf, uint32Of } from "./netlink-attributes.ts";
import { type NetlinkMessage, splitBody } from "./netlink-message.ts";
import { type PacketHeaders, parsePacketHeaders } from "./packet-headers.ts";

/** include/uapi/linux/netfilter.h */
const NFPROTO_IPV4 = 2;
const NFPROTO_NETDEV = 5;
const NFPROTO_IPV6 = 10;
const NF_NETDEV_EGRESS = 1;
/** include/uapi/linux/netfilter/nfnetlink_log.h */
const NFULNL_MSG_PACKET = 4 << 8;
const NFULA_PACKET_HDR = 1;
const NFULA_TIMESTAMP = 3;
const NFULA_IFINDEX_INDEV = 4;
const NFULA_IFINDEX_OUTDEV = 5;
const NFULA_PAYLOAD = 9;
const NFULA_PREFIX = 10;
const NFULA_UID = 11;
const NFULA_SEQ = 12;
const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
/** Two addresses of six bytes and the type. */
const ETHERNET_HEADER_BYTES = 14;

export interface LoggedPacket extends PacketHeaders {
  /** Microseconds since 1970. */
  readonly at: number;
  /** What the rule that logged it gives as its prefix. */
  readonly prefix: string;
  /** Of the socket that sent it, where one did. */
  readonly userId?: number;
  readonly inDevice?: string;
  readonly outDevice?: string;
}

export interface PacketMessage {
  /** One more than that of the message before it. */
  readonly sequence: number | undefined;
  /** Undefined where it is neither IPv4 nor IPv6. */
  readonly packet: LoggedPacket | undefined;
}

export interface PacketSurroundings {
  readonly now: number;
  readonly deviceName: (index: number) => string | undefined;
}

export function parsePacketMessage(
  { type, body }: NetlinkMessage,
  surroundings: PacketSurroundings,
): PacketMessage | undefined {
  const parts = splitBody(body);
  if (type !== NFULNL_MSG_PACKET || parts === undefined) return undefined;
  const attributes = parseAttributes(parts.attributes);
  const headers = readHeaders(attributes, parts.family);
  return {
    sequence: uint32Of(attributes, NFULA_SEQ),
    packet: headers && { ...headers, ...readSurroundings(attributes, surroundings) },
  };
}

function readHeaders(attributes: Attributes, nfFamily: number): PacketHeaders | undefined {
  const payload = attributes.get(NFULA_PAYLOAD);
  if (payload === undefined) return undefined;
  if (nfFamily === NFPROTO_IPV4) return parsePacketHeaders(payload, "ipv4");
  if (nfFamily === NFPROTO_IPV6) return parsePacketHeaders(payload, "ipv6");
  const head = attributes.get(NFULA_PACKET_HDR);
  if (nfFamily !== NFPROTO_NETDEV || head === undefined || head.length < 3) return undefined;
  const etherType = head.readUInt16BE(0);
  if (etherType !== ETHERTYPE_IPV4 && etherType !== ETHERTYPE_IPV6) return undefined;
  const isLeaving = head.readUInt8(2) === NF_NETDEV_EGRESS;
  const bytes = isLeaving ? withoutEthernet(payload, etherType) : payload;
  return parsePacketHeaders(bytes, etherType === ETHERTYPE_IPV4 ? "ipv4" : "ipv6");
}

/** What leaves a device begins with the frame's own header, but for devices without one. */
function withoutEthernet(payload: Buffer, etherType: number): Buffer {
  const isFrame =
    payload.length >= ETHERNET_HEADER_BYTES &&
    payload.readUInt16BE(ETHERNET_HEADER_BYTES - 2) === etherType;
  return isFrame ? payload.subarray(ETHERNET_HEADER_BYTES) : payload;
}

function readSurroundings(attributes: Attributes, { now, deviceName }: PacketSurroundings) {
  const userId = uint32Of(attributes, NFULA_UID);
  const inIndex = uint32Of(attributes, NFULA_IFINDEX_INDEV);
  const outIndex = uint32Of(attributes, NFULA_IFINDEX_OUTDEV);
  const inDevice = inIndex === undefined ? undefined : deviceName(inIndex);
  const outDevice = outIndex === undefined ? undefined : deviceName(outIndex);
  return {
    at: readTimestamp(attributes) ?? now,
    prefix: textOf(attributes, NFULA_PREFIX) ?? "",
    ...(userId === undefined ? {} : { userId }),
    ...(inDevice === undefined ? {} : { inDevice }),
    ...(outDevice === undefined ? {} : { outDevice }),
  };
}

/** Seconds and microseconds. Absent where the kernel has no time for it, as for packets that this machine sends. */
function readTimestamp(attributes: Attributes): number | undefined {
  const value = attributes.get(NFULA_TIMESTAMP);
  if (value === undefined || value.length < 16) return undefined;
  const at = Number(value.readBigUInt64BE(0)) * 1_000_000 + Number(value.readBigUInt64BE(8));
  return Number.isSafeInteger(at) ? at : undefined;
}
