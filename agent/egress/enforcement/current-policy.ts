/** The policy in force, made ready; it can only become stricter. */
import type {
  BuiltInSet,
  DnsPolicy,
  EgressPolicy,
  EnforcementMode,
  OnGuardDeath,
  Policy,
  SniPolicy,
} from "../../../protocol/index.ts";
import { toSingleAddressBlock } from "../address-block.ts";
import { createEgressRules, decideEgress, type EgressRules, isDenial } from "../decide.ts";
import type { HostsFile } from "../hosts-file.ts";
import { intersectDestinations } from "../intersect-destinations.ts";
import { createNamePolicy, type NamePolicy } from "../name-policy.ts";
import type { StaticDestination } from "../nftables/ruleset-plan.ts";
import { type StaticDestinations, toStaticDestinations } from "../nftables/static-destinations.ts";
import { EVERY_PORT } from "../port-range.ts";
import { createRememberedNamePolicy } from "./remembered-name-policy.ts";

/** What may be asked for while a guard runs. */
export interface Tightening {
  /** Destinations as in egress.deny, valid. */
  readonly deny?: readonly string[];
  /** Destinations as in egress.allow, valid: what these do not cover either is allowed no more. Built-in sets stay. */
  readonly allowOnly?: readonly string[];
  readonly mode?: "block";
  readonly dns?: "allowed-names";
  readonly sni?: "verify";
}

export interface CurrentPolicy {
  readonly mode: EnforcementMode;
  readonly dns: DnsPolicy;
  readonly sni: SniPolicy;
  readonly onGuardDeath: OnGuardDeath;
  /** As it is written; undefined: nothing is said of egress. */
  readonly egress: EgressPolicy | undefined;
  readonly rules: EgressRules;
  readonly names: NamePolicy;
  /** What is allowed by its whole name. */
  readonly hosts: readonly string[];
  /** What the packet filter knows from the start. */
  readonly destinations: StaticDestinations;
  /** Some raw or ICMP packet is allowed somewhere. */
  readonly allowsRawSockets: boolean;
  /** Frames may go anywhere, past the packet filter, only where raw packets may. */
  readonly allowsPacketSockets: boolean;
  /** The command may change devices, routes and the packet filter where it could without the guard. */
  readonly keepsNetworkAdmin: boolean;
  tighten(tightening: Tightening): void;
}

export interface CurrentPolicyOptions {
  /** Null, or one without an egress section: audit mode allows everything, block mode nothing. */
  readonly policy: Pick<Policy, "egress"> | null;
  readonly mode: EnforcementMode;
  readonly builtIn: readonly BuiltInSet[];
  readonly knownBad?: readonly string[];
  readonly hosts: HostsFile;
  readonly searchDomains: readonly string[];
}

const EVERYTHING: StaticDestination = {
  ports: EVERY_PORT,
  transports: new Set(["tcp", "udp", "icmp", "raw"]),
};
/** What a policy without an egress section becomes when something is denied later on. */
const EVERYTHING_ALLOWED: EgressPolicy = {
  mode: "audit",
  dns: "any",
  allow: ["*:*", "*:*/udp", "*/icmp", "*/raw"],
  deny: [],
  sni: "off",
  "on-guard-death": "closed",
  "network-admin": "withhold",
};
/** What it is in block mode: a variable that was meant to name a policy and is empty must not open everything. */
const NOTHING_ALLOWED: EgressPolicy = { ...EVERYTHING_ALLOWED, dns: "allowed-names", allow: [] };

export function createCurrentPolicy(options: CurrentPolicyOptions): CurrentPolicy {
  let { mode } = options;
  let egress = options.policy?.egress ?? toDefault(mode);
  let compiled = compile(egress, mode, options);
  return {
    get mode() {
      return mode;
    },
    get dns() {
      return toDns(egress);
    },
    get sni() {
      return egress?.sni ?? "off";
    },
    get onGuardDeath() {
      return egress?.["on-guard-death"] ?? "closed";
    },
    get egress() {
      return egress;
    },
    get rules() {
      return compiled.rules;
    },
    get names() {
      return compiled.names;
    },
    get hosts() {
      const allowed = compiled.rules.tables?.allow.rules ?? [];
      return [...new Set(allowed.flatMap(({ host }) => (host.type === "name" ? [host.name] : [])))];
    },
    get destinations() {
      return compiled.destinations;
    },
    get allowsRawSockets() {
      return compiled.destinations.allow.some(
        ({ transports }) => transports.has("raw") || transports.has("icmp"),
      );
    },
    get allowsPacketSockets() {
      return compiled.destinations.allow.some(
        ({ block, transports }) => block === undefined && transports.has("raw"),
      );
    },
    get keepsNetworkAdmin() {
      return egress?.["network-admin"] === "keep";
    },
    tighten(tightening) {
      mode = tightening.mode ?? mode;
      egress = toStricter(egress, tightening);
      compiled = compile(egress, mode, options);
    },
  };
}

function toDefault(mode: EnforcementMode): EgressPolicy | undefined {
  return mode === "block" ? NOTHING_ALLOWED : undefined;
}

function toStricter(
  egress: EgressPolicy | undefined,
  { deny = [], allowOnly, mode, dns, sni }: Tightening,
): EgressPolicy {
  const before = egress ?? toFirst(mode, allowOnly !== undefined);
  return {
    ...before,
    mode: mode ?? before.mode,
    dns: dns ?? before.dns,
    sni: sni ?? before.sni,
    allow:
      allowOnly === undefined ? before.allow : [...intersectDestinations(before.allow, allowOnly)],
    deny: [...new Set([...before.deny, ...deny])],
  };
}

/** Who blocks and says what is to be left means that, and not nothing. */
function toFirst(mode: "block" | undefined, hasList: boolean): EgressPolicy {
  if (mode === undefined) return EVERYTHING_ALLOWED;
  return { ...NOTHING_ALLOWED, allow: hasList ? EVERYTHING_ALLOWED.allow : [] };
}

function compile(
  egress: EgressPolicy | undefined,
  mode: EnforcementMode,
  { builtIn, knownBad = [], hosts, searchDomains }: CurrentPolicyOptions,
): Pick<CurrentPolicy, "rules" | "names" | "destinations"> {
  const rules = createEgressRules({ egress }, builtIn, knownBad);
  const dns = toDns(egress);
  const sni = egress?.sni ?? "off";
  const names = createRememberedNamePolicy(
    createNamePolicy({ rules, mode, dns, sni, searchDomains }),
  );
  const bad = toKnownBadAddresses(rules, knownBad);
  if (egress === undefined) {
    return { rules, names, destinations: { allow: [EVERYTHING], deny: bad } };
  }
  const { allow, deny } = toStaticDestinations({
    allow: [...egress.allow, ...builtIn.flatMap(({ destinations }) => destinations)],
    deny: egress.deny,
  });
  const local = findLocalDestinations(hosts, names);
  return {
    rules,
    names,
    destinations: { allow: [...allow, ...local.allow], deny: [...deny, ...bad, ...local.deny] },
  };
}

/** Without those that policy allows. */
function toKnownBadAddresses(
  rules: EgressRules,
  knownBad: readonly string[],
): readonly StaticDestination[] {
  const denied = knownBad.filter((ip) =>
    isDenial(decideEgress(rules, { transport: "tcp", ip, domains: [] })),
  );
  return toStaticDestinations({ allow: [], deny: denied }).deny;
}

function toDns(egress: EgressPolicy | undefined): DnsPolicy {
  return egress?.dns ?? "any";
}

/** Names of the hosts file need no question, so their addresses are opened from the start. */
function findLocalDestinations(hosts: HostsFile, names: NamePolicy): StaticDestinations {
  const allow: StaticDestination[] = [];
  const deny: StaticDestination[] = [];
  for (const ip of hosts.addresses) {
    const block = toSingleAddressBlock(ip);
    if (block === undefined) continue;
    for (const name of hosts.namesOf(ip)) {
      if (names.isDenied(name)) deny.push({ ...EVERYTHING, block });
      for (const { transport, ports } of names.openingsFor(name)) {
        allow.push({ block, ports, transports: new Set([transport]) });
      }
    }
  }
  return { allow, deny };
}
