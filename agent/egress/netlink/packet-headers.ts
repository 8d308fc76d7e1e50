import { type IpAddress, toIpText } from "../ip-address.ts";

const TCP = 6;
const UDP = 17;
const ICMP = 1;
const ICMPV6 = 58;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
/** Hop-by-hop options, routing, destination options, mobility: each begins with the next one's kind and its own length. */
const EXTENSIONS: readonly number[] = [0, 43, 60, 135];
const IPV4_HEADER_BYTES = 20;
const IPV6_HEADER_BYTES = 40;
/** Of both headers of fragments, the 13 bits that say where in the packet this one belongs. */
const IPV4_OFFSET_MASK = 0x1fff;
const IPV6_OFFSET_MASK = 0xfff8;

export interface Endpoint {
  readonly ip: string;
  /** Of TCP and UDP, where the packet as far as it is known has it: later fragments do not. */
  readonly port?: number;
}

export interface PacketHeaders {
  readonly family: "ipv4" | "ipv6";
  readonly transport: "tcp" | "udp" | "icmp" | "raw";
  /** RFC 790's number; of IPv6, of the last header that could be read. */
  readonly protocol: number;
  readonly source: Endpoint;
  readonly destination: Endpoint;
  /** What the packet says of its own length, in bytes. */
  readonly length: number;
}

/**
 * Reads a packet's beginning. `family` is what the kernel takes it for: whoever may send raw packets writes what they like
 * into the version. Undefined where not even the addresses are there.
 */
export function parsePacketHeaders(
  bytes: Buffer,
  family: "ipv4" | "ipv6",
): PacketHeaders | undefined {
  return family === "ipv4" ? parseIpv4(bytes) : parseIpv6(bytes);
}

/** RFC 791 §3.1. */
function parseIpv4(bytes: Buffer): PacketHeaders | undefined {
  if (bytes.length < IPV4_HEADER_BYTES) return undefined;
  const headerBytes = (bytes.readUInt8(0) & 0xf) * 4;
  const isWhole =
    headerBytes >= IPV4_HEADER_BYTES && (bytes.readUInt16BE(6) & IPV4_OFFSET_MASK) === 0;
  return toPacketHeaders({
    family: "ipv4",
    protocol: bytes.readUInt8(9),
    source: { family: "ipv4", words: wordsAt(bytes, 12, 1) },
    destination: { family: "ipv4", words: wordsAt(bytes, 16, 1) },
    length: bytes.readUInt16BE(2),
    content: isWhole ? bytes.subarray(headerBytes) : undefined,
  });
}

/** RFC 8200 §3. */
function parseIpv6(bytes: Buffer): PacketHeaders | undefined {
  if (bytes.length < IPV6_HEADER_BYTES) return undefined;
  return toPacketHeaders({
    family: "ipv6",
    ...parseExtensions(bytes.subarray(IPV6_HEADER_BYTES), bytes.readUInt8(6)),
    source: { family: "ipv6", words: wordsAt(bytes, 8, 4) },
    destination: { family: "ipv6", words: wordsAt(bytes, 24, 4) },
    length: IPV6_HEADER_BYTES + bytes.readUInt16BE(4),
  });
}

/** RFC 8200 §4, and RFC 4302 §2 for authentication, which alone counts its length in words of four bytes. */
function parseExtensions(
  bytes: Buffer,
  firstKind: number,
): { protocol: number; content: Buffer | undefined } {
  let protocol = firstKind;
  let at = 0;
  let isLaterFragment = false;
  while (EXTENSIONS.includes(protocol) || protocol === FRAGMENT || protocol === AUTHENTICATION) {
    // The next header of a later fragment is that of the first one, and lies there.
    if (isLaterFragment || at + 8 > bytes.length) return { protocol, content: undefined };
    const sizeField = bytes.readUInt8(at + 1);
    const [kind, start] = [protocol, at];
    protocol = bytes.readUInt8(start);
    if (kind === FRAGMENT) {
      isLaterFragment = (bytes.readUInt16BE(start + 2) & IPV6_OFFSET_MASK) !== 0;
      at += 8;
    } else {
      at += kind === AUTHENTICATION ? (sizeField + 2) * 4 : (sizeField + 1) * 8;
    }
  }
  return { protocol, content: isLaterFragment ? undefined : bytes.subarray(at) };
}

function toPacketHeaders(parts: {
  readonly family: "ipv4" | "ipv6";
  readonly protocol: number;
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly length: number;
  readonly content: Buffer | undefined;
}): PacketHeaders {
  const { family, protocol, content, length } = parts;
  const transport = toTransport(protocol);
  const hasPorts =
    (transport === "tcp" || transport === "udp") && content !== undefined && content.length >= 4;
  const toEndpoint = (address: IpAddress, at: number) => {
    const ip = toIpText(address);
    return hasPorts ? { ip, port: content.readUInt16BE(at) } : { ip };
  };
  return {
    family,
    transport,
    protocol,
    source: toEndpoint(parts.source, 0),
    destination: toEndpoint(parts.destination, 2),
    length,
  };
}

function toTransport(protocol: number): PacketHeaders["transport"] {
  if (protocol === TCP) return "tcp";
  if (protocol === UDP) return "udp";
  return protocol === ICMP || protocol === ICMPV6 ? "icmp" : "raw";
}

function wordsAt(bytes: Buffer, at: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => bytes.readUInt32BE(at + index * 4));
}
