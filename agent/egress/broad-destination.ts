import { REGISTRY_LABELS, SHARED_SUFFIXES } from "../../protocol/shared-suffixes.ts";
import type { DestinationPattern } from "./destination-pattern.ts";
import { toIpText } from "./ip-address.ts";
import { EVERY_PORT } from "./port-range.ts";

/** Wider than any one operator's network: the largest blocks in use are an IPv4 /8 and an IPv6 /16. */
const WIDEST_IPV4_PREFIX = 8;
const WIDEST_IPV6_PREFIX = 16;
const HTTPS_PORT = { from: 443, to: 443 };

/** Tells of an allowed destination that anyone could place a machine of theirs in; nothing when it is narrow enough. */
export type BroadnessCheck = (pattern: DestinationPattern) => string | undefined;

export function createBroadnessCheck(): BroadnessCheck {
  const exact = new Set(SHARED_SUFFIXES.filter((suffix) => !suffix.includes("*")));
  const withRegion = SHARED_SUFFIXES.filter((suffix) => suffix.includes("*")).map((suffix) =>
    suffix.split("."),
  );
  const sharedBelow = new Map(SHARED_SUFFIXES.toReversed().flatMap(toParents));
  return (pattern) => {
    const { host } = pattern;
    if (host.type === "any") return describeEvery(pattern);
    if (host.type === "addresses") return describeBlock(host.block);
    if (host.type === "name") return undefined;
    const { suffix } = host;
    if (isPublicSuffix(suffix)) return `covers every name registered under ${suffix}`;
    const labels = suffix.split(".");
    if (exact.has(suffix) || withRegion.some((shared) => matchesLabels(shared, labels))) {
      return `covers names under ${suffix} that anyone can register`;
    }
    // A star within a label stands for no other label.
    const below = host.type === "suffix" ? sharedBelow.get(suffix) : undefined;
    return below && `covers *.${below} too, where anyone can register a name`;
  };
}

/** What is left out of an allowed destination is port 443 and TCP. */
function describeEvery({ ports, transport = "tcp" }: DestinationPattern): string {
  if (transport === "icmp" || transport === "raw") return `covers every host over ${transport}`;
  const { from, to } = ports ?? HTTPS_PORT;
  if (from === EVERY_PORT.from && to === EVERY_PORT.to) {
    return `covers every host on every port over ${transport}`;
  }
  const which = from === to ? `port ${from}` : `ports ${from}-${to}`;
  const advice = ports === undefined ? " (every port would be *:*)" : "";
  return `covers every host on ${which} over ${transport}${advice}`;
}

function describeBlock({ first, prefix }: DestinationBlock): string | undefined {
  const widest = first.family === "ipv4" ? WIDEST_IPV4_PREFIX : WIDEST_IPV6_PREFIX;
  if (prefix >= widest) return undefined;
  if (prefix === 0) return `covers every ${first.family === "ipv4" ? "IPv4" : "IPv6"} address`;
  return `covers ${toIpText(first)}/${prefix}, more than any one network`;
}

type DestinationBlock = Extract<DestinationPattern["host"], { type: "addresses" }>["block"];

/** A top-level domain, or a registry's second level under a country. */
function isPublicSuffix(suffix: string): boolean {
  const [first = "", country, ...rest] = suffix.split(".");
  if (country === undefined) return true;
  return rest.length === 0 && country.length === 2 && REGISTRY_LABELS.has(first);
}

/** What a registry gives to somebody, with all names below it: `example.net`, `example.co.uk`. */
export function isRegisteredDomain(name: string): boolean {
  const parent = name.slice(name.indexOf(".") + 1);
  return name.includes(".") && isPublicSuffix(parent) && !isPublicSuffix(name);
}

function matchesLabels(shared: readonly string[], labels: readonly string[]): boolean {
  return (
    shared.length === labels.length &&
    shared.every((label, index) => label === "*" || label === labels[index])
  );
}

/** `s3.amazonaws.com` is covered by a wildcard over `amazonaws.com`. Top-level domains are told of already. */
function toParents(shared: string): [string, string][] {
  const labels = shared.split(".");
  return labels
    .slice(1, -1)
    .map((_, index): [string, string] => [labels.slice(index + 1).join("."), shared])
    .filter(([parent]) => !parent.includes("*"));
}
