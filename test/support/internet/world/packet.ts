import { isIPv4 } from "node:net";

export interface CapturedPacket {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The world's end of the wire that it came by: `wire1`. */
  readonly device: string;
  readonly family: "ipv4" | "ipv6" | "other";
  readonly protocol: "tcp" | "udp" | "icmp" | "other";
  /** Of the IP header, or the frame's type where it is none. */
  readonly protocolNumber: number;
  readonly source: { readonly ip: string; readonly port: number | undefined };
  readonly destination: { readonly ip: string; readonly port: number | undefined };
  /** The whole frame's, also where less of it was kept. */
  readonly lengthBytes: number;
  /** The frame's beginning. */
  readonly bytes: Uint8Array;
  /** ARP, neighbour discovery and multicast listener reports: what a machine says by itself. */
  readonly isHousekeeping: boolean;
}

export interface Capture {
  readonly packets: readonly CapturedPacket[];
  /** Frames that came but could not be kept; a capture that lost any proves nothing. */
  readonly lost: number;
}

export interface Frame {
  readonly at: number;
  readonly device: string;
  readonly lengthBytes: number;
  readonly bytes: Buffer;
}

const ETHERNET_BYTES = 14;
const [ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_ARP] = [0x08_00, 0x86_dd, 0x08_06];
/** Extension headers of IPv6 that have a length and something behind them (RFC 8200, RFC 4302 aside). */
const EXTENSIONS = new Set([0, 43, 60, 135]);
const FRAGMENT = 44;
const [ICMP, TCP, UDP, ICMPV6] = [1, 6, 17, 58];

export function toPacket(frame: Frame): CapturedPacket {
  const etherType = frame.bytes.length < ETHERNET_BYTES ? 0 : frame.bytes.readUInt16BE(12);
  const bytes = frame.bytes.subarray(ETHERNET_BYTES);
  if (etherType === ETHERTYPE_IPV4 && bytes.length >= 20) return withIpv4(frame, bytes);
  if (etherType === ETHERTYPE_IPV6 && bytes.length >= 40) return withIpv6(frame, bytes);
  const nowhere = { ip: "", port: undefined };
  return {
    ...frame,
    family: "other",
    protocol: "other",
    protocolNumber: etherType,
    source: nowhere,
    destination: nowhere,
    isHousekeeping: etherType === ETHERTYPE_ARP,
  };
}

function withIpv4(frame: Frame, bytes: Buffer): CapturedPacket {
  const isFirst = (bytes.readUInt16BE(6) & 0x1f_ff) === 0;
  const protocol = bytes.readUInt8(9);
  const behind = isFirst ? bytes.subarray((bytes.readUInt8(0) & 15) * 4) : Buffer.alloc(0);
  const ends = {
    source: [...bytes.subarray(12, 16)].join("."),
    destination: [...bytes.subarray(16, 20)].join("."),
  };
  // IGMP (2) to a group is the counterpart of multicast listener reports.
  const isHousekeeping = protocol === 2 && ends.destination.startsWith("224.0.0.");
  return withTransport({ frame, family: "ipv4", protocol, behind, ends, isHousekeeping });
}

function withIpv6(frame: Frame, bytes: Buffer): CapturedPacket {
  const ends = {
    source: toIpv6(bytes.subarray(8, 24)),
    destination: toIpv6(bytes.subarray(24, 40)),
  };
  let protocol = bytes.readUInt8(6);
  let behind = bytes.subarray(40);
  while ((EXTENSIONS.has(protocol) || protocol === FRAGMENT) && behind.length >= 8) {
    const isLater = protocol === FRAGMENT && behind.readUInt16BE(2) >> 3 > 0;
    const length = protocol === FRAGMENT ? 8 : (behind.readUInt8(1) + 1) * 8;
    protocol = behind.readUInt8(0);
    behind = isLater ? Buffer.alloc(0) : behind.subarray(length);
  }
  const isHousekeeping = protocol === ICMPV6 && isSaidByTheLink(bytes, behind);
  return withTransport({ frame, family: "ipv6", protocol, behind, ends, isHousekeeping });
}

/** RFC 4861: hop limit 255, so from this link. RFC 3810: hop limit 1 and a multicast address. Anything else may carry data away. */
function isSaidByTheLink(header: Buffer, message: Buffer): boolean {
  const hopLimit = header.readUInt8(7);
  const type = message.length > 0 ? message.readUInt8(0) : 0;
  const isMulticast = header.readUInt8(24) === 0xff;
  if (type >= 133 && type <= 137) return hopLimit === 255 && message.length <= 72;
  return [131, 132, 143].includes(type) && hopLimit === 1 && isMulticast;
}

function withTransport(parts: {
  readonly frame: Frame;
  readonly family: "ipv4" | "ipv6";
  readonly protocol: number;
  readonly behind: Buffer;
  readonly ends: { readonly source: string; readonly destination: string };
  readonly isHousekeeping: boolean;
}): CapturedPacket {
  const { frame, family, protocol, behind, ends, isHousekeeping } = parts;
  const hasPorts = (protocol === TCP || protocol === UDP) && behind.length >= 4;
  const port = (offset: number) => (hasPorts ? behind.readUInt16BE(offset) : undefined);
  return {
    ...frame,
    family,
    protocol: toProtocol(protocol),
    protocolNumber: protocol,
    isHousekeeping,
    source: { ip: ends.source, port: port(0) },
    destination: { ip: ends.destination, port: port(2) },
  };
}

function toProtocol(protocol: number): CapturedPacket["protocol"] {
  if (protocol === TCP) return "tcp";
  if (protocol === UDP) return "udp";
  return protocol === ICMP || protocol === ICMPV6 ? "icmp" : "other";
}

function toIpv6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16));
  return toCanonicalIp(groups.join(":"));
}

/** RFC 5952, which is what URL writes; without the zone of a link's own address. */
export function toCanonicalIp(ip: string): string {
  return isIPv4(ip) ? ip : new URL(`http://[${ip.replace(/%.*$/, "")}]`).hostname.slice(1, -1);
}
