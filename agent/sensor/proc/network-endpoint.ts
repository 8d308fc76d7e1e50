import type { Family } from "../../../protocol/index.ts";

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
    return { family: "ipv4", ip: bytes.join("."), port: Number.parseInt(port, 16) };
  }
  if (bytes.length !== 16) return undefined;
  return { family: "ipv6", ip: toIpv6(bytes), port: Number.parseInt(port, 16) };
}

/** Gives a v4-mapped address its plain IPv4 form, so that both ends of one connection are written alike. */
export function toPlainEndpoint(text: string): string {
  return text.startsWith(MAPPED_PREFIX) ? text.slice(MAPPED_PREFIX.length) : text;
}

export function isUnspecified(text: string): boolean {
  return /^0+:/.test(text);
}

function toNetworkOrder(address: string): readonly number[] {
  const words = address.match(/.{8}/g) ?? [];
  return words.flatMap((word) => Array.from(Buffer.from(word, "hex")).toReversed());
}

/** RFC 5952: no leading zeros, the first longest run of two or more zero groups as `::`. */
function toIpv6(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  );
  const text = groups.join(":");
  const longest = [...text.matchAll(/(?<![0-9a-f])0(?::0)+(?![0-9a-f])/g)]
    .map(([run]) => run)
    .reduce((best, run) => (run.length > best.length ? run : best), "");
  if (longest === "") return text;
  const start = text.search(new RegExp(`(?<![0-9a-f])${longest}(?![0-9a-f])`));
  const before = text.slice(0, start).replace(/:$/, "");
  return `${before}::${text.slice(start + longest.length + 1)}`;
}
