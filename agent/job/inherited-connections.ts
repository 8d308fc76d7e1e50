/** Connections that the command inherits: what stands between it and the network never sees them begin. */
import type { FlowAddress } from "../observation.ts";
import { loadJobLibc } from "./libc.ts";

export interface InheritedConnection {
  readonly descriptor: number;
  readonly address: FlowAddress;
}

/** include/linux/socket.h */
const AF_INET = 2;
const AF_INET6 = 10;
/** In sockaddr_in and sockaddr_in6. */
const PORT_OFFSET = 2;
const IPV4 = { start: 4, end: 8 };
const IPV6 = { start: 8, end: 24 };
const MAPPED_PREFIX = Buffer.from("00000000000000000000ffff", "hex");
/** include/uapi/linux/in.h */
const TRANSPORTS: Readonly<Record<number, FlowAddress["transport"]>> = {
  6: "tcp",
  17: "udp",
  // Multipath TCP.
  262: "tcp",
};

/** Of the descriptors those that are internet sockets with somebody at the other end, in whichever network. */
export function findInheritedConnections(descriptors: readonly number[]): InheritedConnection[] {
  const libc = loadJobLibc();
  return descriptors.flatMap((descriptor) => {
    const peer = libc.peerOf(descriptor);
    const address = peer && toAddress(peer, libc.protocolOf(descriptor));
    return address === undefined ? [] : [{ descriptor, address }];
  });
}

/** `peer` is a sockaddr (ip(7), ipv6(7)). */
function toAddress(peer: Buffer, protocol: number): FlowAddress | undefined {
  const transport = TRANSPORTS[protocol] ?? "raw";
  const family = peer.readUInt16LE(0);
  const port = peer.readUInt16BE(PORT_OFFSET);
  const bytes = peer.subarray(IPV6.start, IPV6.end);
  const isMapped =
    family === AF_INET6 && bytes.subarray(0, MAPPED_PREFIX.length).equals(MAPPED_PREFIX);
  if (isMapped) return { transport, family: "ipv4", ip: bytes.subarray(-4).join("."), port };
  if (family === AF_INET6) return { transport, family: "ipv6", ip: toIpv6(bytes), port };
  if (family !== AF_INET) return undefined;
  return { transport, family: "ipv4", ip: peer.subarray(IPV4.start, IPV4.end).join("."), port };
}

/** A URL has addresses in their shortest form (RFC 5952). */
function toIpv6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    bytes.readUInt16BE(2 * index).toString(16),
  );
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}
