/** Whether policy lets a connection be. Pure: no name is looked up here, and nothing is blocked. */
import type { BuiltInSet, Policy, Transport, Verdict } from "../../protocol/index.ts";
import { AgentError } from "../errors.ts";
import { isInBlock } from "./address-block.ts";
import { parseDestinationPattern, TRANSPORTS } from "./destination-pattern.ts";
import type { PatternTransport } from "./destination-pattern.ts";
import { createDestinationTable } from "./destination-table.ts";
import type { Decision, DestinationRule, DestinationTable, Flow } from "./destination-table.ts";
import { toHostName } from "./host-name.ts";
import { isLoopback, isUnspecified, parseIpAddress } from "./ip-address.ts";
import type { IpAddress } from "./ip-address.ts";
import { EVERY_PORT } from "./port-range.ts";

export type { Decision } from "./destination-table.ts";

/** The egress section of a policy, made ready for many decisions. */
export interface EgressRules {
  /** Absent where nothing is denied and the policy says nothing of egress: everything is allowed. */
  readonly tables?: {
    readonly deny: DestinationTable;
    readonly allow: DestinationTable;
    /** What the guard denies of itself, unless an entry allows it by its name or address. */
    readonly knownBad: DestinationTable;
  };
  /** The policy says nothing of egress: what is not denied is allowed. */
  readonly isOpen?: true;
}

export interface Destination {
  readonly transport: Transport;
  readonly ip?: string | undefined;
  readonly port?: number | undefined;
  /** An address of the machine itself: Linux sends such packets over loopback. */
  readonly isOwn?: boolean;
  /** Names that this address is known by, from DNS or the hosts file; all of them are held against policy. */
  readonly domains: readonly string[];
}

/** A name with more aliases than this on one address is judged by the first ones. */
const MAX_NAMES = 64;
const ALLOW_LIST = "egress.allow";
/** As the rule is called that flags it. */
const KNOWN_BAD = "known-bad-destination";
const HTTPS_PORT = { from: 443, to: 443 };
const LOOPBACK_IPV4: IpAddress = { family: "ipv4", words: [0x7f00_0001] };
const LOOPBACK_IPV6: IpAddress = { family: "ipv6", words: [0, 0, 0, 1] };
const NO_POLICY = { allowed: true, rule: "no-policy" };
const UNIX_SOCKET = { allowed: true, rule: "unix-socket" };
const LOOPBACK = { allowed: true, rule: "loopback" };
const DEFAULT = { allowed: false, rule: "default" };

/**
 * `builtIn`: what the guard allows beside the policy, where there is one. `knownBad`: hosts that it denies of itself, each with the names
 * below it. Throws AgentError `policy-invalid` for an entry
 * that `parsePolicy` would have refused.
 */
export function createEgressRules(
  { egress }: { readonly egress?: Policy["egress"] | undefined },
  builtIn: readonly Pick<BuiltInSet, "id" | "destinations">[] = [],
  knownBad: readonly string[] = [],
): EgressRules {
  const bad = createDestinationTable(knownBad.flatMap(toKnownBadRules));
  if (egress === undefined) return knownBad.length === 0 ? {} : toOpenRules(bad);
  const allow = egress.allow.map((text) => toAllowRule(ALLOW_LIST, text));
  for (const { id, destinations } of builtIn) {
    allow.push(...destinations.map((text) => toAllowRule(id, text)));
  }
  return {
    tables: {
      deny: createDestinationTable(egress.deny.map(toDenyRule)),
      allow: createDestinationTable(allow),
      knownBad: bad,
    },
  };
}

function toOpenRules(knownBad: DestinationTable): EgressRules {
  const none = createDestinationTable([]);
  return { tables: { deny: none, allow: none, knownBad }, isOpen: true };
}

/** An entry of policy that was written for this destination: one that allows every host was not. */
export function isWrittenFor({ host, decision }: DestinationRule): boolean {
  return host.type !== "any" && decision.rule.startsWith(ALLOW_LIST);
}

/** Denied on purpose, and not for want of an entry. */
export function isDenial(decision: Decision): boolean {
  return !decision.allowed && decision !== DEFAULT;
}

/**
 * `deny` wins over everything, `allow` over `default`. Loopback and Unix sockets never leave the machine and are
 * allowed unless denied. Packet sockets and unknown transports name no address, so no entry can allow them.
 */
export function decideEgress(rules: EgressRules, destination: Destination): Decision {
  if (rules.tables === undefined) return NO_POLICY;
  const { transport, ip, port, domains } = destination;
  if (transport === "unix") return rules.isOpen ? NO_POLICY : UNIX_SOCKET;
  const address = ip === undefined ? undefined : toConnected(parseIpAddress(ip));
  const isLocal = destination.isOwn === true || (address !== undefined && isLoopback(address));
  if (transport === "packet" || transport === "other") {
    return toOtherwise(rules, isLocal);
  }
  const flow = { transport, port, address, names: toNames(domains) };
  const { deny, allow } = rules.tables;
  const denied = deny.find(flow);
  if (denied !== undefined) return denied;
  const bad = findKnownBad(rules.tables, flow);
  if (bad !== undefined) return bad;
  return isLocal ? toOtherwise(rules, isLocal) : (allow.find(flow) ?? toOtherwise(rules, isLocal));
}

function findKnownBad(
  { knownBad, allow }: NonNullable<EgressRules["tables"]>,
  flow: Flow,
): Decision | undefined {
  if (knownBad.find(flow) === undefined) return undefined;
  const names = flow.names.filter((name) => !allow.covering(name).some(isWrittenFor));
  const { address } = flow;
  const isMeant =
    address !== undefined && allow.rules.some((rule) => isWrittenForAddress(rule, address));
  return knownBad.find({ ...flow, names, address: isMeant ? undefined : address });
}

function isWrittenForAddress(rule: DestinationRule, address: IpAddress): boolean {
  const { host } = rule;
  return isWrittenFor(rule) && host.type === "addresses" && isInBlock(address, host.block);
}

function toOtherwise({ isOpen }: EgressRules, isLocal: boolean): Decision {
  if (isOpen) return NO_POLICY;
  return isLocal ? LOOPBACK : DEFAULT;
}

/** `enforcing`: what policy forbids is really stopped, so the connection did not come about. */
export function toVerdict(decision: Decision, enforcing: boolean): Verdict {
  if (decision.allowed) return "allowed";
  return enforcing ? "blocked" : "would-block";
}

/** The address that Linux really connects to. */
function toConnected(address: IpAddress | undefined): IpAddress | undefined {
  if (address === undefined || !isUnspecified(address)) return address;
  return address.family === "ipv4" ? LOOPBACK_IPV4 : LOOPBACK_IPV6;
}

/** The port that is left out of an allowed destination is 443, and the transport tcp. */
function toAllowRule(list: string, text: string): DestinationRule {
  const { host, ports = HTTPS_PORT, transport = "tcp" } = toPattern(list, text);
  return {
    host,
    ports,
    transports: new Set([transport]),
    decision: { allowed: true, rule: `${list}: ${text}` },
  };
}

function toKnownBadRules(host: string): DestinationRule[] {
  const texts = parseIpAddress(host) === undefined ? [host, `*.${host}`] : [host];
  return texts.map((text) => ({
    ...toDenyRule(text),
    decision: { allowed: false, rule: `${KNOWN_BAD}: ${host}` },
  }));
}

/** What is left out of a denied destination means all there is: known bad is bad on every port. */
function toDenyRule(text: string): DestinationRule {
  const { host, ports, transport } = toPattern("egress.deny", text);
  const all: readonly PatternTransport[] = ports === undefined ? TRANSPORTS : ["tcp", "udp"];
  return {
    host,
    ports: ports ?? EVERY_PORT,
    transports: new Set(transport === undefined ? all : [transport]),
    decision: { allowed: false, rule: `egress.deny: ${text}` },
  };
}

function toPattern(list: string, text: string) {
  const parsed = parseDestinationPattern(text);
  if ("value" in parsed) return parsed.value;
  throw new AgentError("policy-invalid", `${list}: ${JSON.stringify(text)} ${parsed.problem}.`);
}

function toNames(domains: readonly string[]): readonly string[] {
  const names: string[] = [];
  for (const domain of domains.slice(0, MAX_NAMES)) {
    const name = toHostName(domain);
    if (name !== undefined) names.push(name);
  }
  return names;
}
