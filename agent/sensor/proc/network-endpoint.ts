import type { Family } from "../../../protocol/index.ts";
import { formatIpv4, formatIpv6 } from "../ip-address.ts";

export interface NetworkEndpoint {
  readonly family: Extract<Family, "ipv4" | "ipv6">;
  readonly ip: string;
  readonly port: number;
}

/** `::ffff:0:0/96` as the kernel prints it: an IPv4 address that a program reaches through an IPv6 socket. */
const MAPPED_PREFIX = "0000000000000000FFFF0000";

/**
 * Decodes `ADDRESS:PORT` of /proc/net. Each 32-bit word of an address is printed as the machine holds it, which is
 * least byte first on every machine the guard runs on (x64, arm64). Undefined for any other text.
 */
export function parseEndpoint(text: string): NetworkEndpoint | undefined {
  const match = /^((?:[0-9A-F]{8}){1,4}):([0-9A-F]{4})$/.exec(text);
  const [, address = "", port = ""] = match ?? [];
  const bytes = toNetworkOrder(address);
  if (bytes.length === 4) {
    return { family: "ipv4", ip: formatIpv4(bytes), port: Number.parseInt(port, 16) };
  }
  if (bytes.length !== 16) return undefined;
  return { family: "ipv6", ip: formatIpv6(bytes), port: Number.parseInt(port, 16) };
}

/** Gives a v4-mapped address its plain IPv4 form, so that both ends of one connection are written alike. */
export function toPlainEndpoint(text: string): string {
  return text.startsWith(MAPPED_PREFIX) ? text.slice(MAPPED_PREFIX.length) : text;
}

export function isUnspecified(text: string): boolean {
  return /^0+:/.test(text);
}

function toNetworkOrder(address: string): Buffer {
  return Buffer.from(address, "hex").swap32();
}
