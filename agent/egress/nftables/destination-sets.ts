import { lastOfBlock } from "../address-block.ts";
import type { AddressBlock } from "../address-block.ts";
import { TRANSPORTS } from "../destination-pattern.ts";
import { toIpText } from "../ip-address.ts";
import type { StaticDestination } from "./ruleset-plan.ts";

/** Destinations of the policy as nft has them. */
export interface DestinationSets {
  /** Declarations, for the table's beginning. */
  readonly sets: readonly string[];
  /** Each matches packets to some of the destinations, together to all; a statement is to follow. */
  readonly matches: readonly string[];
}

type Family = "ipv4" | "ipv6";

const FAMILIES = {
  ipv4: { digit: 4, daddr: "ip daddr", type: "ipv4_addr", icmp: "icmp" },
  ipv6: { digit: 6, daddr: "ip6 daddr", type: "ipv6_addr", icmp: "icmpv6" },
} as const;

/**
 * One set of addresses for each port range and transport. One set of (address, protocol, ports) for all would be neater,
 * but the kernel refuses elements of such a set that overlap in part, as entries of policies may.
 */
export function toDestinationSets(
  prefix: string,
  destinations: readonly StaticDestination[],
): DestinationSets {
  const sets: string[] = [];
  const matches: string[] = [];
  const groups = Map.groupBy(destinations, toGroupKey);
  for (const [index, [, group]] of [...groups].entries()) {
    const [one] = group;
    for (const family of ["ipv4", "ipv6"] as const) {
      const address = toAddressMatch(group, family, `${prefix}${FAMILIES[family].digit}_${index}`);
      if (address === undefined) continue;
      if (address.set !== undefined) sets.push(address.set);
      for (const traffic of toTrafficMatches(one, family)) {
        matches.push(`${address.match} ${traffic}`.trimEnd());
      }
    }
  }
  return { sets, matches };
}

function toGroupKey({ ports, transports }: StaticDestination): string {
  const names = TRANSPORTS.filter((name) => transports.has(name)).join(" ");
  return `${names} ${ports.from}-${ports.to}`;
}

interface AddressMatch {
  readonly match: string;
  readonly set?: string;
}

function toAddressMatch(
  group: readonly StaticDestination[],
  family: Family,
  name: string,
): AddressMatch | undefined {
  if (group.some(({ block }) => block === undefined)) return { match: `meta nfproto ${family}` };
  const blocks = group.flatMap(({ block }) => (block?.first.family === family ? [block] : []));
  if (blocks.length === 0) return undefined;
  const { daddr, type } = FAMILIES[family];
  const elements = toOutermost(blocks).map(toBlockText).join(", ");
  return {
    match: `${daddr} @${name}`,
    set: `set ${name} { type ${type}; flags interval; elements = { ${elements} } }`,
  };
}

/** Without blocks that lie in others: nft refuses a set whose intervals overlap. */
function toOutermost(blocks: readonly AddressBlock[]): readonly AddressBlock[] {
  const sorted = blocks.toSorted(
    (a, b) => compareWords(a.first.words, b.first.words) || a.prefix - b.prefix,
  );
  const outermost: AddressBlock[] = [];
  let last: readonly number[] | undefined;
  for (const block of sorted) {
    if (last !== undefined && compareWords(block.first.words, last) <= 0) continue;
    outermost.push(block);
    last = lastOfBlock(block).words;
  }
  return outermost;
}

function compareWords(left: readonly number[], right: readonly number[]): number {
  for (const [index, word] of left.entries()) {
    const difference = word - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function toBlockText({ first, prefix }: AddressBlock): string {
  return `${toIpText(first)}/${prefix}`;
}

/** Every port is a range from 1 as well, so that fragments, which have no port, never match. */
function toTrafficMatches(
  destination: StaticDestination | undefined,
  family: Family,
): readonly string[] {
  if (destination === undefined) return [];
  const { transports, ports } = destination;
  if (TRANSPORTS.every((name) => transports.has(name))) return [""];
  const { icmp } = FAMILIES[family];
  const range = `th dport ${ports.from === ports.to ? ports.from : `${ports.from}-${ports.to}`}`;
  return TRANSPORTS.filter((name) => transports.has(name)).map((name) => {
    if (name === "icmp") return `meta l4proto ${icmp}`;
    if (name === "raw") return `meta l4proto != { tcp, udp, ${icmp} }`;
    return `meta l4proto ${name} ${range}`;
  });
}
