import { AF_INET, AF_INET6 } from "./libc.ts";

/** The discard service (RFC 863): nothing listens there on a sane machine, and nothing minds. */
const DISCARD_PORT = 9;

/** struct sockaddr_in (ip(7)) of 127.0.0.1. */
export function toLoopbackAddress(): Buffer {
  const address = Buffer.alloc(16);
  address.writeUInt16LE(AF_INET, 0);
  address.writeUInt16BE(DISCARD_PORT, 2);
  address.set([127, 0, 0, 1], 4);
  return address;
}

/** struct sockaddr_in6 (ipv6(7)) of ::1. */
export function toLoopbackAddress6(): Buffer {
  const address = Buffer.alloc(28);
  address.writeUInt16LE(AF_INET6, 0);
  address.writeUInt16BE(DISCARD_PORT, 2);
  address.writeUInt8(1, 23);
  return address;
}
