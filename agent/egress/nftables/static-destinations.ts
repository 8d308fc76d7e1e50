import { parseDestinationPattern, TRANSPORTS } from "../destination-pattern.ts";
import type { PatternTransport } from "../destination-pattern.ts";
import { EVERY_PORT } from "../port-range.ts";
import type { PortRange } from "../port-range.ts";
import type { StaticDestination } from "./ruleset-plan.ts";

const HTTPS_PORT = { from: 443, to: 443 };

/** What stands where an entry leaves something out. */
interface Defaults {
  readonly ports: PortRange;
  toTransports(hasPorts: boolean): readonly PatternTransport[];
}

/** The same that decide.ts says of an entry: port 443 over tcp. */
const ALLOW: Defaults = { ports: HTTPS_PORT, toTransports: () => ["tcp"] };
/** The same that decide.ts says of an entry: all there is. */
const DENY: Defaults = {
  ports: EVERY_PORT,
  toTransports: (hasPorts) => (hasPorts ? ["tcp", "udp"] : TRANSPORTS),
};

export interface StaticDestinations {
  readonly allow: readonly StaticDestination[];
  readonly deny: readonly StaticDestination[];
}

/** Entries of a policy by address, and `*`. Those by name are left to what is learned from DNS. */
export function toStaticDestinations(egress: {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}): StaticDestinations {
  return {
    allow: egress.allow.flatMap((text) => toDestination(text, ALLOW)),
    deny: egress.deny.flatMap((text) => toDestination(text, DENY)),
  };
}

function toDestination(text: string, defaults: Defaults): StaticDestination[] {
  const parsed = parseDestinationPattern(text);
  if ("problem" in parsed) return [];
  const { host, ports, transport } = parsed.value;
  if (host.type === "name" || host.type === "suffix" || host.type === "label") return [];
  const transports =
    transport === undefined ? defaults.toTransports(ports !== undefined) : [transport];
  return [
    {
      ...(host.type === "addresses" && { block: host.block }),
      ports: ports ?? defaults.ports,
      transports: new Set(transports),
    },
  ];
}
