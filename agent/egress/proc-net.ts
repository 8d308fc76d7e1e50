/** Tables that the kernel keeps of this network namespace (proc_net(5)), as text. */
import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";

import { parseIpAddress, toIpText, type IpAddress } from "./ip-address.ts";

/** Some 50,000 rows; a job that was there before the guard can fill the table of flows with five times as many. */
const MAX_BYTES = 8 * 1024 * 1024;

/** Its first rows, where it is too long; empty where the kernel has no such table, or does not show it. */
export function readProcNet(
  table: "dev" | "ipv6_route" | "nf_conntrack" | "route" | "tcp" | "tcp6" | "udp" | "udp6",
): string {
  try {
    return readRows(join("/proc/net", table));
  } catch {
    return "";
  }
}

function readRows(path: string): string {
  const descriptor = openSync(path, "r");
  try {
    const chunks: Buffer[] = [];
    for (let left = MAX_BYTES; left > 0;) {
      const chunk = Buffer.alloc(Math.min(left, 65_536));
      const length = readSync(descriptor, chunk);
      if (length === 0) return Buffer.concat(chunks).toString("latin1");
      chunks.push(chunk.subarray(0, length));
      left -= length;
    }
    const text = Buffer.concat(chunks).toString("latin1");
    return text.slice(0, text.lastIndexOf("\n") + 1);
  } finally {
    closeSync(descriptor);
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
