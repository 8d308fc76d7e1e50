import { isIP, isIPv6 } from "node:net";

import { createDeniedNames, type IsDenied } from "./denied-names.ts";
import type { DestinationRow } from "./destinations.ts";
import type { ForbiddenName } from "./forbidden-names.ts";

/** An entry for `egress.allow` that would let something forbidden be. Plain text, whoever chose the name. */
export interface MissingEntry {
  readonly entry: string;
  /** A name that was refused has no port yet. */
  readonly isPortAssumed: boolean;
}

/** What no entry of policy speaks of; what an entry denies, nobody is told how to allow. */
const BY_DEFAULT = "default";
/** The port that a policy's entry stands for when it names none. */
const DEFAULT_PORT = 443;
/** Whatever policy allows there goes to the DNS gate in block mode. */
const DNS_PORT = 53;
/** Who tries more ports of one host looks for an open one. */
const MAX_PORTS = 8;
/** Questions that come before a connection. */
const ADDRESS_TYPES: ReadonlySet<string> = new Set(["A", "AAAA", "HTTPS"]);
/** A canonical name of two labels or more, as a policy takes it, and short: longer ones are mostly data in a tunnel. */
const PLAIN_NAME =
  /^(?=.{1,80}$)[a-z0-9_-]{1,40}(?:\.[a-z0-9_-]{1,40})*\.(?!\d+$|0x[0-9a-f]*$)[a-z0-9-]{1,40}$/;

/** Names first: an address says nothing of whom it will belong to tomorrow. Otherwise in the order of the rows. */
export function toMissingEntries(
  destinations: readonly DestinationRow[],
  names: readonly ForbiddenName[],
): MissingEntry[] {
  const isDenied = createDeniedNames(destinations, names);
  const connected = destinations.filter(
    ({ rule, host, ports }) => rule === BY_DEFAULT && ports.length <= MAX_PORTS && !isDenied(host),
  );
  const named = connected.filter(({ host }) => PLAIN_NAME.test(host));
  const known = new Set(named.map(({ host }) => host));
  const asked = toAskedNames(names, isDenied).filter((name) => !known.has(name));
  return [
    ...toKnown(named.flatMap(toEntries)),
    ...asked.map((name) => ({ entry: `${name}:${DEFAULT_PORT}`, isPortAssumed: true })),
    ...toKnown(connected.filter(({ host }) => isAddress(host)).flatMap(toEntries)),
  ];
}

function toAskedNames(names: readonly ForbiddenName[], isDenied: IsDenied): string[] {
  const asked = names.filter(
    ({ name, rule, types, hasFailed }) =>
      rule === BY_DEFAULT &&
      !hasFailed &&
      PLAIN_NAME.test(name) &&
      !isDenied(name) &&
      types.some((type) => ADDRESS_TYPES.has(type)),
  );
  return [...new Set(asked.map(({ name }) => name))];
}

function toKnown(entries: readonly string[]): MissingEntry[] {
  return Array.from(new Set(entries), (entry) => ({ entry, isPortAssumed: false }));
}

/** An address with a zone is of one machine, and an entry takes none. */
function isAddress(host: string): boolean {
  return isIP(host) !== 0 && !host.includes("%");
}

function toEntries({ host, ports, transport }: DestinationRow): string[] {
  const name = isIPv6(host) ? `[${host}]` : host;
  if (transport === "icmp" || transport === "raw") return [`${name}/${transport}`];
  if (transport !== "tcp" && transport !== "udp") return [];
  return ports
    .filter((port) => port > 0 && port !== DNS_PORT)
    .map((port) => `${name}:${port}${transport === "udp" ? "/udp" : ""}`);
}
