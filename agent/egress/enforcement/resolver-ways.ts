/**
 * Whether the resolvers are reached as they were at the start. Whoever may configure the network can take a resolver's
 * address for himself, or lead the guard's questions into a tunnel, and then answer them.
 */
import { addressBits, lastOfBlock } from "../address-block.ts";
import type { FoundResolvers } from "../dns/configured-resolvers.ts";
import { type IpAddress, parseIpAddress } from "../ip-address.ts";
import type { RouteLookup, Way } from "../netlink/route-lookup.ts";
import type { RouteMessage } from "../netlink/route-message.ts";

export interface ResolverWays {
  /** Looks at the kernel's routes. */
  look(): void;
  /** What leads elsewhere, as of the last look. */
  readonly doubt: string | undefined;
  /** Whether the change may lead questions for a resolver elsewhere. */
  concerns(change: RouteMessage): boolean;
  /** Whether this is the address of a resolver that was not the machine's own at the start. */
  isForeignResolver(ip: string): boolean;
}

export interface ResolverWaysOptions {
  readonly resolvers: FoundResolvers["resolvers"];
  readonly mark: number | null;
  readonly lookup: RouteLookup;
  /**
   * Whether another device than at the start is doubtful: for the length of a command it is; a machine's network may
   * change in the course of time.
   */
  readonly mindsDevice: boolean;
}

interface WatchedResolver {
  readonly ip: string;
  readonly address: IpAddress;
  readonly port: number;
  readonly atStart: Way | undefined;
}

/** Rules can tell the two apart. */
const PROTOCOLS = [17, 6];

export function createResolverWays(options: ResolverWaysOptions): ResolverWays {
  const watched = options.resolvers.flatMap((resolver) => toWatched(resolver, options));
  let doubt: string | undefined;
  return {
    look() {
      doubt = watched.map((resolver) => findDoubt(resolver, options)).find(Boolean);
    },
    get doubt() {
      return doubt;
    },
    concerns(change) {
      if (change.deed !== "added" || change.kind === "link") return false;
      if (change.kind === "rule") return true;
      return watched.some(({ address }) => isIn(address, change));
    },
    isForeignResolver: (ip) => watched.some((resolver) => resolver.ip === ip),
  };
}

/** One that is the machine's own from the start, as on loopback, is not: who runs there is known. */
function toWatched(
  { ip, port }: ResolverWaysOptions["resolvers"][number],
  { lookup, mark }: ResolverWaysOptions,
): WatchedResolver[] {
  const address = parseIpAddress(ip);
  // A link-local one is bound to its device.
  if (address === undefined || ip.includes("%")) return [];
  const atStart = lookup.find({ ip, protocol: 17, port, mark });
  return atStart?.isLocal === true ? [] : [{ ip, address, port, atStart }];
}

function findDoubt(
  { ip, port, atStart }: WatchedResolver,
  { lookup, mark, mindsDevice }: ResolverWaysOptions,
): string | undefined {
  for (const protocol of PROTOCOLS) {
    const way = lookup.find({ ip, protocol, port, mark });
    if (way?.isLocal === true)
      return `the resolver's address ${ip} became one of the machine's own`;
    if (mindsDevice && way && atStart && way.device !== atStart.device) {
      return `the way to the resolver ${ip} leads to another device than at the start`;
    }
  }
  return undefined;
}

/** A route without an address is the default one. What an address connects to is told as a route too. */
function isIn(address: IpAddress, { kind, ip, prefix = 0 }: RouteMessage): boolean {
  if (ip === undefined) return true;
  const first = parseIpAddress(ip);
  if (first === undefined || first.family !== address.family) return false;
  const block = { first, prefix: kind === "address" ? addressBits(first) : prefix };
  return !isBefore(address, first) && !isBefore(lastOfBlock(block), address);
}

function isBefore(one: IpAddress, other: IpAddress): boolean {
  const at = one.words.findIndex((word, index) => word !== other.words[index]);
  return at >= 0 && (one.words[at] ?? 0) >>> 0 < (other.words[at] ?? 0) >>> 0;
}
