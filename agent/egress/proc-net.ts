/** Tables that the kernel keeps of this network namespace (proc_net(5)), as text. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parseIpAddress, toIpText, type IpAddress } from "./ip-address.ts";

/** Empty where the kernel has no such table, or does not show it. */
export function readProcNet(
  table: "dev" | "ipv6_route" | "nf_conntrack" | "route" | "tcp" | "tcp6" | "udp" | "udp6",
): string {
  try {
    return readFileSync(join("/proc/net", table), "latin1");
  } catch {
    return "";
  }
}

/**
 * An address in a table of sockets, `0100007F`: 32-bit words as the machine holds them, which is the wrong way round on all
 * that Node 24 runs on. A mapped one comes out as the IPv4 address that it is on the wire.
 */
export function parseKernelAddress(hex: string): IpAddress | undefined {
  if (!/^(?:[\dA-F]{8}|[\dA-F]{32})$/.test(hex)) return undefined;
  const bytes = Buffer.from(hex, "hex");
  const words = Array.from({ length: bytes.length / 4 }, (_, index) =>
    bytes.readUInt32LE(index * 4),
  );
  return parseIpAddress(toIpText({ family: words.length === 1 ? "ipv4" : "ipv6", words }));
}
