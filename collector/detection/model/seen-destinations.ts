/** Whom a run talks to and asks for, by the owner of the name and the program that does it. */
import type { GuardEventOf } from "../../../protocol/index.ts";
import { type DescribedHost, describeHost, leadsHere } from "./described-host.ts";
import { type Feature, toFeatureKey } from "./feature.ts";
import { isNearAddress, toPlainAddress } from "./generalise-address.ts";
import type { GeneralHost } from "./generalise-host.ts";
import { joinAddresses } from "./join-addresses.ts";
import { toOwnText } from "./plain-text.ts";
import type { ProfileBounds } from "./profile-bounds.ts";
import { toSteps } from "./quantised.ts";
import { createRecent } from "./recent.ts";
import type { SeenProcess } from "./seen-processes.ts";
import type { Tally } from "./tally.ts";

/** One program at one owner's. */
export interface DestinationGroup {
  readonly program: string;
  readonly domain: string;
  readonly isAddress: boolean;
  /** Tenants at this host stand in paths that nobody sees. */
  readonly isOfMany: boolean;
  /** The program's file was written by this run, and not by a build of it. */
  readonly isDropped: boolean;
  readonly isInstalled: boolean;
  readonly step: string;
  /** As `port/transport`, with the first host for each. */
  readonly ports: ReadonlyMap<string, string>;
  readonly hosts: ReadonlySet<string>;
  /** As the features of names have them. */
  readonly names: ReadonlySet<string>;
}

export interface DomainUse {
  readonly bytesSent: number;
  /** How many different names below it were asked for. */
  readonly names: number;
}

export interface SeenDestinations {
  readonly groups: ReadonlyMap<string, DestinationGroup>;
  readonly domains: ReadonlyMap<string, DomainUse>;
  /** Of names below domains, by the keys of their features: how each was in full; null: in more than one way. */
  readonly literals: ReadonlyMap<string, string | null>;
  /** In blocks, by the keys of the features of these; null: more of them than are told apart. */
  readonly addresses: ReadonlyMap<string, readonly string[] | null>;
  readonly leftOut: number;
  readonly revision: number;
  /** Entries of all that it holds. */
  readonly size: number;
  addConnection(
    event: GuardEventOf<"connection">,
    process: SeenProcess | undefined,
    tally: Pick<Tally, "add">,
  ): void;
  addQuery(event: GuardEventOf<"dns-query">, process: SeenProcess | undefined): void;
}

interface OpenGroup extends DestinationGroup {
  isDropped: boolean;
  readonly ports: Map<string, string>;
  readonly hosts: Set<string>;
  readonly names: Set<string>;
}

interface OpenUse {
  bytesSent: number;
  names: number;
}

/** Of the hosts of a group. */
const MAX_EXAMPLES = 5;
/** Of programs, ends and hosts of which nothing is left to be noted. */
const SETTLED = 1_024;
const MAX_SETTLED_HOST = 253;
/** From here on a port is whatever was free. (Linux: ip_local_port_range.) */
const FIRST_PASSING_PORT = 32_768;

export function createSeenDestinations(
  { maxFeatures, maxNames }: Pick<ProfileBounds, "maxFeatures" | "maxNames">,
  /** Gives back whether there was room. */
  note: (feature: Feature, step: string) => boolean,
): SeenDestinations {
  const groups = new Map<string, OpenGroup>();
  const domains = new Map<string, OpenUse>();
  const literals = new Map<string, string | null>();
  const addresses = new Map<string, readonly string[] | null>();
  const names = new Set<string>();
  const settled = createRecent<OpenGroup>(SETTLED);
  let leftOut = 0;
  let revision = 0;
  /** Of groups, and lists of addresses. */
  let listed = 0;

  const addLiteral = (key: string, literal: string): void => {
    if (literals.has(key)) {
      if (literals.get(key) !== literal) literals.set(key, null);
    } else if (literals.size < maxFeatures) literals.set(key, literal);
  };
  const addAddress = (key: string, host: string): void => {
    const before = addresses.get(key);
    if (before === undefined && addresses.size >= maxFeatures) return;
    const joined = joinAddresses(before, [toOwnText(toPlainAddress(host))]);
    listed += (joined?.length ?? 0) - (before?.length ?? 0);
    addresses.set(key, joined);
  };
  const findGroup = (
    host: DescribedHost,
    program: string,
    process: SeenProcess | undefined,
  ): OpenGroup | undefined => {
    const key = `${program}\0${host.domain}`;
    const found = groups.get(key);
    if (found !== undefined) return found;
    if (groups.size >= maxFeatures) {
      leftOut += 1;
      return undefined;
    }
    const group = toGroup(host, program, process);
    groups.set(key, group);
    return group;
  };
  /** Gives back whether there was room for all of it. */
  const addTo = (
    group: OpenGroup,
    given: string,
    host: DescribedHost,
    end: End,
    step: string,
  ): boolean => {
    const { domain, name, shown } = host;
    const port = `${end.port}/${end.transport}`;
    const destination: Feature = { kind: "destination", program: group.program, domain, ...end };
    const before = countEntries(group);
    // One group may have each port that there is.
    const isNoted = group.ports.has(port) || note(destination, step);
    if (isNoted && !group.ports.has(port)) group.ports.set(port, shown);
    if (group.hosts.size < MAX_EXAMPLES) group.hosts.add(shown);
    if (host.kind === "name" && group.names.size < MAX_EXAMPLES) group.names.add(name);
    listed += countEntries(group) - before;
    if (host.kind === "address") {
      addAddress(toFeatureKey(destination), given);
      return isNoted;
    }
    const feature: Feature = { kind: "name", domain, name };
    const isNamed = note(feature, step);
    addLiteral(toFeatureKey(feature), host.literal);
    return isNoted && isNamed;
  };
  const addGroup = (
    given: string,
    host: DescribedHost,
    end: End,
    process: SeenProcess | undefined,
  ): void => {
    const program = process?.program.name ?? "";
    // What may hold anything stands last.
    const key = `${program}\0${end.port}\0${end.transport}\0${given}`;
    const done = settled.get(key);
    const group = done ?? findGroup(host, program, process);
    if (group === undefined) return;
    if (isLoose(process)) group.isDropped = true;
    if (done !== undefined) return;
    const hadRoom = addTo(group, given, host, end, process?.step ?? "");
    if (hadRoom && given.length <= MAX_SETTLED_HOST) settled.set(key, group);
  };
  const useOf = (domain: string): OpenUse | undefined => {
    const use = domains.get(domain);
    if (use !== undefined) return use;
    if (domains.size >= maxFeatures) return undefined;
    const added = { bytesSent: 0, names: 0 };
    domains.set(domain, added);
    return added;
  };
  return {
    groups,
    domains,
    literals,
    addresses,
    get leftOut() {
      return leftOut;
    },
    get revision() {
      return revision;
    },
    get size() {
      const own = groups.size + domains.size + literals.size + addresses.size;
      return own + names.size + settled.size + listed;
    },
    addConnection(event, process, tally) {
      const { destination, network, count, bytesSent, bytesReceived } = event;
      const { ip, domain: given, port = 0 } = destination;
      const name = given ?? ip;
      // A Unix socket leads nowhere outside, and neither does loopback.
      if (name === undefined || (ip !== undefined && leadsHere(ip))) return;
      const host = describeHost(name);
      if (host.isHere) return;
      const step = process?.step ?? "";
      tally.add("connections", count, step);
      tally.add("bytesReceived", bytesReceived, step);
      if (!host.isCiStore) tally.add("bytesSent", bytesSent, step);
      // What was asked there is told by the questions; how much it was counts all the same.
      if (isGate(event)) return;
      addGroup(name, host, { port: toPort(port), transport: network.transport }, process);
      const use = useOf(host.domain);
      if (use === undefined) return;
      const before = use.bytesSent;
      use.bytesSent = Math.min(before + bytesSent, Number.MAX_SAFE_INTEGER);
      if (toSteps(use.bytesSent) > toSteps(before)) revision += 1;
    },
    addQuery({ name }, process) {
      const host = describeHost(name);
      if (host.isHere) return;
      addGroup(name, host, { port: 0, transport: "dns" }, process);
      if (names.has(host.literal) || names.size >= maxNames) return;
      names.add(host.literal);
      const use = useOf(host.domain);
      if (use === undefined) return;
      use.names += 1;
      if (toSteps(use.names) > toSteps(use.names - 1)) revision += 1;
    },
  };
}

interface End {
  readonly port: number;
  readonly transport: string;
}

function toGroup(
  { domain, kind, isOfMany }: GeneralHost,
  program: string,
  process: SeenProcess | undefined,
): OpenGroup {
  return {
    program,
    domain,
    isAddress: kind === "address",
    isOfMany,
    isDropped: isLoose(process),
    isInstalled: process === undefined || process.program.isInstalled,
    step: process?.step ?? "",
    ports: new Map(),
    hosts: new Set(),
    names: new Set(),
  };
}

function countEntries({ ports, hosts, names }: DestinationGroup): number {
  return ports.size + hosts.size + names.size;
}

function isLoose(process: SeenProcess | undefined): boolean {
  return process?.isDropped === true && process.program.isLoose;
}

/** As the guard calls it where a question goes to the resolver of the machine, for which its gate answers. */
const RESOLVER_RULE = "resolver";
const DNS_PORT = 53;

/**
 * Where a machine has a resolver of its own, the guard says the same of whatever that asks, and no gate answers for it. So one that
 * anybody may run out there is a destination.
 */
function isGate({ rule, verdict, destination }: GuardEventOf<"connection">): boolean {
  const { ip = "", port } = destination;
  return rule === RESOLVER_RULE && verdict === "allowed" && port === DNS_PORT && isNearAddress(ip);
}

function toPort(port: number): number {
  return port >= FIRST_PASSING_PORT ? FIRST_PASSING_PORT : port;
}
