import { isUnspecified, parseIpAddress, toIpText } from "../ip-address.ts";
import type { Parsed } from "../parsed.ts";

export interface ResolverAddress {
  /** As connect takes it; a link-local IPv6 address keeps its zone (`fe80::1%eth0`). */
  readonly ip: string;
  readonly port: number;
}

export const DNS_PORT = 53;
/** IFNAMSIZ of include/uapi/linux/if.h is 16, with the terminating NUL. */
const ZONE = /^[\w.-]{1,15}$/;

/** `10.0.0.2`, `10.0.0.2:5353`, `2001:db8::1` or `[2001:db8::1]:5353`. */
export function parseResolverAddress(text: string): Parsed<ResolverAddress> {
  const { host, port } = splitPort(text);
  const ip = parseResolverIp(host);
  if (ip === undefined) {
    return { problem: "is no address of a resolver: write IP, IP:PORT or [IPv6]:PORT" };
  }
  if (port === undefined) return { value: { ip, port: DNS_PORT } };
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (number < 1 || number > 65_535) return { problem: "has a port that is not from 1 to 65535" };
  return { value: { ip, port: number } };
}

/**
 * The canonical spelling, with the zone where there is one. For 0.0.0.0 and :: it is the loopback address that Linux
 * connects to for them.
 */
export function parseResolverIp(text: string): string | undefined {
  const at = text.indexOf("%");
  const zone = at < 0 ? undefined : text.slice(at + 1);
  if (zone !== undefined && !ZONE.test(zone)) return undefined;
  const parsed = parseIpAddress(at < 0 ? text : text.slice(0, at));
  if (parsed === undefined) return undefined;
  if (isUnspecified(parsed)) return parsed.family === "ipv4" ? "127.0.0.1" : "::1";
  const ip = toIpText(parsed);
  if (zone === undefined) return ip;
  return parsed.family === "ipv6" ? `${ip}%${zone}` : undefined;
}

export function toResolverText({ ip, port }: ResolverAddress): string {
  return ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`;
}

function splitPort(text: string): { host: string; port?: string } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (bracketed !== null) {
    const [, host = "", port] = bracketed;
    // Brackets are for IPv6 alone; with a dot-only address they are a slip.
    return host.includes(":") ? withPort(host, port) : { host: "" };
  }
  const colon = text.indexOf(":");
  if (colon < 0 || colon !== text.lastIndexOf(":")) return { host: text };
  return withPort(text.slice(0, colon), text.slice(colon + 1));
}

function withPort(host: string, port: string | undefined): { host: string; port?: string } {
  return port === undefined ? { host } : { host, port };
}
