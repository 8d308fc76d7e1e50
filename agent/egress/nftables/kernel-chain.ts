import { toChain, toErrorMatches } from "./judge-chains.ts";
import type { RulesetPlan } from "./ruleset-plan.ts";
import { toDeviceSet } from "./subject.ts";

/**
 * What a network does not work without: neighbour and multicast messages, and the machine's own DHCP. Only where all of a
 * namespace is judged; a command's sockets need none of it.
 */
export function toKernelChain(plan: RulesetPlan): string {
  const outer = toDeviceSet(plan);
  return toChain("kernel_packets", [
    ...(plan.isHost ? toHostRules() : []),
    // The sockets that the kernel has of its own belong to no user. A program's raw socket does, and gets none of this.
    "meta skuid 0-4294967295 return",
    ...toErrorMatches(plan).map((match) => `${match} accept`),
    // Such as the reset that refuses a connection, which seems to come from where it was to go.
    'oif "lo" accept',
    // The same to a namespace behind this one, whose connection was refused.
    ...(outer === undefined ? [] : [`oifname != ${outer} tcp flags & rst == rst accept`]),
    // Hop limit 255: RFC 4861 §4. A router passes none of these on unless it is told to.
    "icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255 accept",
    // RFC 3810 §5; hop limit 1.
    "icmpv6 type { mld-listener-report, mld-listener-done, mld2-listener-report } ip6 daddr ff02::/16 accept",
    "ip protocol igmp ip daddr 224.0.0.0/4 ip ttl 1 accept",
  ]);
}

/**
 * RFC 2131 §4.1 and RFC 8415 §7.2. A server may be anywhere, so what is sent to one address is held to the pace and size of
 * renewals: too little to carry anything away.
 */
function toHostRules(): readonly string[] {
  return [
    "ip daddr 255.255.255.255 udp sport 68 udp dport 67 accept",
    "ip daddr != 255.255.255.255 udp sport 68 udp dport 67 meta length <= 600 limit rate 6/minute burst 6 packets accept",
    "ip6 daddr ff02::1:2 udp sport 546 udp dport 547 accept",
    // systemd-networkd and others ask for routers themselves; 16 bytes and an option or two.
    "ip6 daddr ff02::2 icmpv6 type nd-router-solicit ip6 hoplimit 255 meta length <= 80 accept",
  ];
}
