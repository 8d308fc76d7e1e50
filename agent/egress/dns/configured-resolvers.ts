import { toHostName } from "../host-name.ts";
import { isLoopback, parseIpAddress } from "../ip-address.ts";
import { DOCKER_RESOLVER, findLoopbackListener, type UdpTables } from "./loopback-resolver.ts";
import { parseResolvConf, type ResolvConf } from "./resolv-conf.ts";
import {
  DNS_PORT,
  parseResolverAddress,
  toResolverText,
  type ResolverAddress,
} from "./resolver-address.ts";
import { UPSTREAM_BOUNDS } from "./upstream-limits.ts";

export interface ResolverSources {
  /** `namespace`: every question of the network namespace comes to the gate, also those of a resolver that runs in it. */
  readonly scope: "command" | "namespace";
  /**
   * Whether names are held against policy by force. A job that is root can tell systemd-resolved whom to ask (resolvectl), so
   * then it is passed by; in audit mode it stays, for it knows which names belong to which network.
   */
  readonly isEnforcing: boolean;
  /** Given by hand (`--resolver`); wins over all else. */
  readonly explicit: readonly string[];
  /** The text of /etc/resolv.conf; undefined where there is none. */
  readonly resolvConf: string | undefined;
  /** The text of /run/systemd/resolve/resolv.conf. */
  readonly resolvedUpstreams: string | undefined;
  readonly udpTables: UdpTables;
  /** The machine's own addresses in this network namespace, besides those of loopback. */
  readonly ownIps?: readonly string[];
  /** The host's own name, whose domain is searched where resolv.conf names none. */
  readonly hostName: string;
}

export interface FoundResolvers {
  readonly status: "found";
  /** In the order in which they are asked. */
  readonly resolvers: readonly ResolverAddress[];
  /** Addresses that programs ask, of which the ones above may be behind. */
  readonly asked: readonly string[];
  readonly searchDomains: readonly string[];
  readonly isTcpOnly: boolean;
  /** Whose questions must not come back to the gate; a resolver that runs in this namespace under that user. */
  readonly loopbackOwner: { readonly userId: number } | undefined;
  /** Sentences for the person who runs the guard. */
  readonly notes: readonly string[];
}

export type ConfiguredResolvers =
  | FoundResolvers
  | { readonly status: "unusable"; readonly reason: string };

/** Where systemd-resolved listens (resolved-def.h). */
const RESOLVED_STUBS = ["127.0.0.53", "127.0.0.54"];
const WAY_OUT = "name the resolvers to ask with --resolver";

/** Which resolvers the machine has been using. To be looked at before the job can change any of these files. */
export function toConfiguredResolvers(sources: ResolverSources): ConfiguredResolvers {
  const conf = parseResolvConf(sources.resolvConf ?? "");
  const chosen = choose(sources, conf);
  if (chosen.status === "unusable" || sources.scope === "command") return chosen;
  return withLoopbackOwner(chosen, sources);
}

function choose(sources: ResolverSources, conf: ResolvConf): ConfiguredResolvers {
  const common = {
    status: "found" as const,
    asked: conf.nameservers.length === 0 ? ["127.0.0.1"] : conf.nameservers,
    searchDomains: conf.searchDomains ?? toOwnDomain(sources.hostName),
    isTcpOnly: conf.isTcpOnly,
    loopbackOwner: undefined,
    notes: [],
  };
  if (sources.explicit.length > 0) return withExplicit(common, sources.explicit);
  if (conf.nameservers.length === 0) {
    return {
      ...common,
      resolvers: [{ ip: "127.0.0.1", port: DNS_PORT }],
      notes: ["/etc/resolv.conf names no resolver, so 127.0.0.1 is asked, as programs would"],
    };
  }
  const isStubAvoided = sources.scope === "namespace" || sources.isEnforcing;
  const upstreams = isStubAvoided ? parseResolvConf(sources.resolvedUpstreams ?? "") : undefined;
  const ips = conf.nameservers.flatMap((ip) => {
    const isReplaced = RESOLVED_STUBS.includes(ip) && (upstreams?.nameservers.length ?? 0) > 0;
    return isReplaced ? (upstreams?.nameservers ?? []) : [ip];
  });
  return { ...common, resolvers: [...new Set(ips)].map((ip) => ({ ip, port: DNS_PORT })) };
}

function withExplicit(
  common: Omit<FoundResolvers, "resolvers">,
  texts: readonly string[],
): ConfiguredResolvers {
  const { maxResolvers } = UPSTREAM_BOUNDS;
  if (texts.length > maxResolvers) {
    return {
      status: "unusable",
      reason: `${texts.length} resolvers are given, and ${maxResolvers} at most are asked: leave some out`,
    };
  }
  const resolvers: ResolverAddress[] = [];
  for (const text of texts) {
    const parsed = parseResolverAddress(text);
    if ("problem" in parsed)
      return { status: "unusable", reason: `${JSON.stringify(text)} ${parsed.problem}` };
    resolvers.push(parsed.value);
  }
  return { ...common, resolvers };
}

/** glibc's res_init.c: without search and domain, what stands behind the first dot of the host's name. */
function toOwnDomain(hostName: string): string[] {
  const dot = hostName.indexOf(".");
  const domain = dot < 0 ? undefined : toHostName(hostName.slice(dot + 1));
  return domain === undefined ? [] : [domain];
}

/**
 * A resolver that runs in the namespace asks others by port 53 too, and these questions would be led back to the gate: a
 * ring. Its user can be let through, unless that is root, whom a job may be as well.
 */
function withLoopbackOwner(found: FoundResolvers, sources: ResolverSources): ConfiguredResolvers {
  const { udpTables, ownIps = [] } = sources;
  const owners = new Set<number>();
  const notes = [...found.notes];
  const usable: ResolverAddress[] = [];
  const rings: string[] = [];
  for (const resolver of found.resolvers) {
    const listener = findLoopbackListener(resolver, { tables: udpTables, ownIps });
    if (listener.status === "none") {
      notes.push(`nothing listens on ${toResolverText(resolver)} in this network namespace`);
    }
    const isRing =
      listener.status === "found" &&
      (listener.userId === 0 || owners.size > 0) &&
      !owners.has(listener.userId);
    if (isRing) rings.push(toRingText(resolver, listener.userId, sources));
    // What is given by hand may ask over TLS, and so makes no ring.
    if (!isRing || sources.explicit.length > 0) usable.push(resolver);
    if (!isRing && listener.status === "found") owners.add(listener.userId);
  }
  if (usable.length === 0) return { status: "unusable", reason: rings.join("; ") };
  const [userId] = owners;
  const loopbackOwner = userId === undefined ? undefined : { userId };
  return { ...found, resolvers: usable, loopbackOwner, notes: [...notes, ...rings] };
}

function toRingText(resolver: ResolverAddress, userId: number, sources: ResolverSources): string {
  const text = toResolverText(resolver);
  const hints = resolver.ip === DOCKER_RESOLVER ? toDockerHint(sources.resolvConf ?? "") : "";
  const owner =
    userId === 0 ? "as root" : `as another user (${userId}) than the resolver before it`;
  return `the resolver ${text} runs in this network namespace ${owner}, so what it asks itself would come back to the guard: ${WAY_OUT}${hints}`;
}

/** Docker notes the servers that it asks itself in a comment: `# ExtServers: [10.0.0.2 host(127.0.0.53)]`. */
function toDockerHint(resolvConf: string): string {
  const [, list = ""] = /^# ExtServers: \[([^\]\n]{1,200})\]/m.exec(resolvConf) ?? [];
  const ips = list.split(" ").filter((ip) => {
    const parsed = parseIpAddress(ip);
    return parsed !== undefined && !isLoopback(parsed);
  });
  return ips.length === 0 ? "" : ` (Docker itself asks ${ips.join(", ")})`;
}
