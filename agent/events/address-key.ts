import type { FlowAddress } from "../observation.ts";

/** How sensors write an IPv4 address that a program gave in IPv6's form (RFC 4291 §2.5.5.2). */
const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/;

/** The same for addresses that are the same on the wire. */
export function toAddressKey({
  transport,
  family,
  ip = "",
  port = 0,
  path = "",
}: FlowAddress): string {
  const plain = family === "ipv6" ? ip.replace(MAPPED, "") : ip;
  const onWire = plain === ip ? family : "ipv4";
  return `${transport} ${onWire} ${plain} ${port} ${path}`;
}
