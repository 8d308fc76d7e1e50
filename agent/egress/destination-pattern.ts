import { describeMistake } from "./destination-mistake.ts";
import { parseBracketedHost, parseHostPattern } from "./host-pattern.ts";
import type { HostPattern } from "./host-pattern.ts";
import type { Parsed } from "./parsed.ts";
import { parsePortRange } from "./port-range.ts";
import type { PortRange } from "./port-range.ts";

/** `raw`: raw sockets of any protocol but ICMP. */
export const TRANSPORTS = ["tcp", "udp", "icmp", "raw"] as const;
export type PatternTransport = (typeof TRANSPORTS)[number];

/** One entry of `egress.allow` or `egress.deny`; which of the two says what a part that was left out stands for. */
export interface DestinationPattern {
  readonly host: HostPattern;
  readonly ports?: PortRange;
  readonly transport?: PatternTransport;
}

const ALL_TRANSPORTS = TRANSPORTS.map((name) => `/${name}`).join(" ");

/** host, /prefix, :port, /transport; a host with colons stands in brackets. */
const GRAMMAR = /^(?:\[([^\]]*)\]|([^[\]/:]*))(?:\/(\d+))?(?::([^/]*))?(?:\/(.*))?$/;

/**
 * Reads `host:port`, `host:port/udp`, `*.suffix:port`, `10.0.0.0/8:port`, `[2001:db8::]/32:port`. An entry that could
 * never match is refused, since one that silently matches nothing is worse than none.
 */
export function parseDestinationPattern(text: string): Parsed<DestinationPattern> {
  const mistake = describeMistake(text);
  if (mistake !== undefined) return { problem: mistake };
  const match = GRAMMAR.exec(text);
  if (match === null) return { problem: describeBrackets(text) };
  const [, bracketed, plain, prefix, port, transport] = match;
  const host =
    bracketed === undefined
      ? parsePlain(plain ?? "", prefix)
      : parseBracketedHost(bracketed, prefix);
  if ("problem" in host) return host;
  return withPort(host.value, port, transport);
}

function withPort(
  host: HostPattern,
  port: string | undefined,
  transport: string | undefined,
): Parsed<DestinationPattern> {
  const ports = port === undefined ? undefined : parsePortRange(port);
  if (ports !== undefined && "problem" in ports) return ports;
  const known = TRANSPORTS.find((name) => name === transport);
  if (transport !== undefined && known === undefined) {
    return {
      problem: `/${transport} is no transport: write ${ALL_TRANSPORTS}, or leave it out, since paths are not judged`,
    };
  }
  if (ports !== undefined && (known === "icmp" || known === "raw")) {
    return { problem: `${known} has no ports: leave :${port} out` };
  }
  return {
    value: { host, ...(ports && { ports: ports.value }), ...(known && { transport: known }) },
  };
}

function parsePlain(host: string, prefix: string | undefined): Parsed<HostPattern> {
  if (host === "") return { problem: "has no host: write one before the port" };
  return parseHostPattern(host, prefix);
}

function describeBrackets(text: string): string {
  const closing = text.indexOf("]");
  if (text.startsWith("[") && closing > 0) {
    return `has ${text.slice(closing + 1)} after its brackets: only /prefix, :port and /transport may follow`;
  }
  return "has brackets in the wrong place: write an IPv6 address as [2001:db8::1]:443";
}
