import type { DestinationRow } from "./destinations.ts";
import type { ForbiddenName } from "./forbidden-names.ts";

/** What no entry of policy speaks of; what an entry denies, nobody is told how to allow. */
const BY_DEFAULT = "default";
/** The port that a policy's entry stands for when it names none. */
const DEFAULT_PORT = 443;
/** Who tries more ports of one host looks for an open one. */
const MAX_PORTS = 8;
/** Questions that come before a connection. */
const ADDRESS_TYPES: ReadonlySet<string> = new Set(["A", "AAAA", "HTTPS"]);
/** A canonical name of two labels or more, as a policy takes it, and short: longer ones are mostly data in a tunnel. */
const PLAIN_NAME =
  /^(?=.{1,80}$)[a-z0-9_-]{1,40}(?:\.[a-z0-9_-]{1,40})*\.(?!\d+$|0x[0-9a-f]*$)[a-z0-9-]{1,40}$/;

/**
 * Entries for `egress.allow` that would let forbidden names be, in the order of the rows. For names alone: an address says
 * nothing of whom it will belong to tomorrow.
 */
export function toMissingEntries(
  destinations: readonly DestinationRow[],
  names: readonly ForbiddenName[],
): string[] {
  const connected = destinations.filter(isMissing);
  const known = new Set(connected.map(({ host }) => host));
  const asked = names.filter(
    ({ name, rule, types, hasFailed }) =>
      rule === BY_DEFAULT &&
      !hasFailed &&
      !known.has(name) &&
      PLAIN_NAME.test(name) &&
      types.some((type) => ADDRESS_TYPES.has(type)),
  );
  return [
    ...new Set([
      ...connected.flatMap(toEntries),
      ...asked.map(({ name }) => `${name}:${DEFAULT_PORT}`),
    ]),
  ];
}

function isMissing({ rule, host, transport, ports }: DestinationRow): boolean {
  const isNamed = (transport === "tcp" || transport === "udp") && ports.length > 0;
  return rule === BY_DEFAULT && isNamed && ports.length <= MAX_PORTS && PLAIN_NAME.test(host);
}

function toEntries({ host, ports, transport }: DestinationRow): string[] {
  return ports.map((port) => `${host}:${port}${transport === "udp" ? "/udp" : ""}`);
}
