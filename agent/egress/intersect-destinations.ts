/** What two lists of allowed destinations both allow, as a list of that kind again. */
import { isInBlock } from "./address-block.ts";
import {
  type DestinationPattern,
  parseDestinationPattern,
  type PatternTransport,
} from "./destination-pattern.ts";
import { coversLabel, type HostPattern } from "./host-pattern.ts";
import { toIpText } from "./ip-address.ts";
import { EVERY_PORT, type PortRange } from "./port-range.ts";

interface Whole {
  readonly host: HostPattern;
  readonly ports: PortRange;
  readonly transport: PatternTransport;
}

/** As many as a policy may list; what is beyond is left out, which allows less. */
const MAX_ENTRIES = 10_000;
const HTTPS: PortRange = { from: 443, to: 443 };

/**
 * Entries are valid, and what they leave out is as in egress.allow. A name and the addresses that it may lead to have nothing in
 * common here: nobody knows that of a list. Neither have two of which each covers some names of the other alone.
 */
export function intersectDestinations(
  ones: readonly string[],
  others: readonly string[],
): readonly string[] {
  const whole = others.flatMap(toWhole);
  const both = new Set<string>();
  for (const one of ones.flatMap(toWhole)) {
    for (const other of whole) {
      const common = intersect(one, other);
      if (common !== undefined && both.size < MAX_ENTRIES) both.add(toText(common));
    }
  }
  return [...both];
}

function toWhole(text: string): Whole[] {
  const parsed = parseDestinationPattern(text);
  if ("problem" in parsed) return [];
  const { host, ports = HTTPS, transport = "tcp" }: DestinationPattern = parsed.value;
  return [{ host, ports, transport }];
}

function intersect(one: Whole, other: Whole): Whole | undefined {
  if (one.transport !== other.transport) return undefined;
  const from = Math.max(one.ports.from, other.ports.from);
  const to = Math.min(one.ports.to, other.ports.to);
  if (from > to) return undefined;
  const narrower = [one, other].find(
    (it) => covers(one.host, it.host) && covers(other.host, it.host),
  );
  return narrower && { ...narrower, ports: { from, to } };
}

/** Every host that `narrow` speaks of is one that `wide` speaks of. */
function covers(wide: HostPattern, narrow: HostPattern): boolean {
  if (wide.type === "any") return true;
  if (wide.type === "name") return narrow.type === "name" && narrow.name === wide.name;
  if (wide.type === "suffix") {
    const end = `.${wide.suffix}`;
    if (narrow.type === "name") return narrow.name.endsWith(end);
    const isBelow = narrow.type === "suffix" || narrow.type === "label";
    return isBelow && `.${narrow.suffix}`.endsWith(end);
  }
  if (wide.type === "label") {
    if (narrow.type === "name") return coversLabel(wide, narrow.name);
    if (narrow.type !== "label" || narrow.suffix !== wide.suffix) return false;
    return narrow.before.startsWith(wide.before) && narrow.after.endsWith(wide.after);
  }
  return (
    narrow.type === "addresses" &&
    narrow.block.prefix >= wide.block.prefix &&
    isInBlock(narrow.block.first, wide.block)
  );
}

function toText({ host, ports, transport }: Whole): string {
  const name = toHostText(host);
  return transport === "tcp" || transport === "udp"
    ? `${name}:${toPortText(ports)}/${transport}`
    : `${name}/${transport}`;
}

function toHostText(host: HostPattern): string {
  if (host.type === "any") return "*";
  if (host.type === "name") return host.name;
  if (host.type === "suffix") return `*.${host.suffix}`;
  if (host.type === "label") return `${host.before}*${host.after}.${host.suffix}`;
  const { first, prefix } = host.block;
  const address = toIpText(first);
  return `${first.family === "ipv6" ? `[${address}]` : address}/${prefix}`;
}

function toPortText({ from, to }: PortRange): string {
  if (from === EVERY_PORT.from && to === EVERY_PORT.to) return "*";
  return from === to ? String(from) : `${from}-${to}`;
}
