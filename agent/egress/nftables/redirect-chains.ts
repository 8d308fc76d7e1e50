import { isIP } from "node:net";

import type { DestinationSets } from "./destination-sets.ts";
import { toChain, toDenyMatches, toLearnedMatches } from "./judge-chains.ts";
import type { FamilyPorts, RulesetPlan } from "./ruleset-plan.ts";
import { toDeviceSet, toResolverMatches, toSubjectRules } from "./subject.ts";

/**
 * After conntrack (-200) and before what others have at the usual place for it (-100), such as Docker's own resolver:
 * the first to redirect a flow decides.
 */
const REDIRECT_PRIORITY = -110;
/** Before conntrack (-200) and behind defragmentation (-400): the usual place for it (raw, linux/netfilter_ipv4.h). */
const ZONE_PRIORITY = -300;
/**
 * The kernel says so to the server that was asked where the asking port is closed by then, with the answer in it, and so
 * what was asked. As a part of the flow it goes to the gate, which is who answered. The inner packet's port stands behind
 * the error's header and an IP header without options, such as answers have.
 */
const ERRORS_ABOUT_ANSWERS = [
  "icmp type destination-unreachable @th,224,16 53",
  "icmpv6 type destination-unreachable @th,384,16 53",
];

/** Questions for names go to the gate; with `sniPort`, connections to what was learned go to the guard's SNI check. */
export function toRedirectChains(plan: RulesetPlan, denied: DestinationSets): readonly string[] {
  const sniRules = toSniRules(plan.sniPort, denied);
  const own = [...toDnsRules(plan.gate, plan.gate), ...sniRules];
  const output = toChain("redirect_output", [
    toHook("output"),
    ...toResolverMatches(plan).map((match) => `${match} return`),
    ...toSubjectRules(plan, "redirect_flow"),
  ]);
  const chains = [toChain("redirect_flow", own), output];
  const zone = toZoneChains(plan);
  if (plan.subject.type === "cgroup") return own.length === 0 ? [] : [...chains, ...zone];
  const prerouting = toChain("redirect_prerouting", [
    toHook("prerouting"),
    ...toOutsideRules(plan),
    ...toDnsRules(plan.forwardGate ?? {}, plan.gate),
    ...sniRules,
  ]);
  return [...chains, ...zone, prerouting, ...toGateInput(plan)];
}

/** In one direction alone: answers come to the zone that everything else is in. */
function toZoneChains(plan: RulesetPlan): readonly string[] {
  const zone = `ct original zone set ${plan.questionZone}`;
  const toHookRules = (hook: string): readonly string[] => [
    `type filter hook ${hook} priority ${ZONE_PRIORITY}; policy accept;`,
    "meta l4proto tcp accept",
    ...ERRORS_ABOUT_ANSWERS.map((match) => `${match} ${zone}`),
  ];
  const own = [
    ...toResolverMatches(plan).map((match) => `${match} return`),
    ...toSubjectRules(plan, "zone_questions"),
  ];
  const chains = [
    toChain("zone_questions", [zone]),
    toChain("zone_own", own),
    toChain("zone_output", [...toHookRules("output"), "udp dport 53 goto zone_own"]),
  ];
  if (plan.subject.type === "cgroup") return chains;
  const prerouting = [
    ...toHookRules("prerouting"),
    ...toOutsideRules(plan),
    `udp dport 53 ${zone}`,
  ];
  return [...chains, toChain("zone_prerouting", prerouting)];
}

/** Others on the network are no part of the job: their questions are not for the gate to answer. */
function toOutsideRules(plan: RulesetPlan): readonly string[] {
  const outer = toDeviceSet(plan);
  return ['iif "lo" return', ...(outer === undefined ? [] : [`iifname ${outer} return`])];
}

function toHook(name: "output" | "prerouting"): string {
  return `type nat hook ${name} priority ${REDIRECT_PRIORITY}; policy accept;`;
}

function toDnsRules(
  ports: FamilyPorts,
  { only }: Pick<RulesetPlan["gate"], "only">,
): readonly string[] {
  return (["ipv4", "ipv6"] as const).flatMap((family) => {
    const port = ports[family];
    const match = toResolverMatch(family, only);
    if (port === undefined || match === undefined) return [];
    return [`${match} meta l4proto { tcp, udp } th dport 53 redirect to :${port}`];
  });
}

/** Nothing where no resolver of the family is to be redirected. */
function toResolverMatch(
  family: "ipv4" | "ipv6",
  only: readonly string[] | undefined,
): string | undefined {
  if (only === undefined) return `meta nfproto ${family}`;
  const ips = only.filter((ip) => isIP(ip) === (family === "ipv4" ? 4 : 6));
  if (ips.length === 0) return undefined;
  return `${family === "ipv4" ? "ip" : "ip6"} daddr { ${ips.join(", ")} }`;
}

/** Behind a redirect the address is gone, so what is denied has to be looked for before. */
function toSniRules(ports: FamilyPorts | undefined, denied: DestinationSets): readonly string[] {
  if (ports === undefined) return [];
  const redirects = (["ipv4", "ipv6"] as const).flatMap((family) => {
    const port = ports[family];
    if (port === undefined) return [];
    const header = family === "ipv4" ? "ip daddr" : "ip6 daddr";
    return toLearnedMatches()
      .filter((match) => match.startsWith(`${header} `))
      .map((match) => `tcp dport 443 ${match} redirect to :${port}`);
  });
  return [
    "tcp dport != 443 return",
    ...toDenyMatches(denied).map((match) => `${match} return`),
    ...redirects,
  ];
}

/** What listens for containers listens on every address; neighbours on the network must not use it. */
function toGateInput({ forwardGate, gate, sniPort }: RulesetPlan): readonly string[] {
  const ports = [forwardGate, gate, sniPort]
    .flatMap((families) => [families?.ipv4, families?.ipv6])
    .filter((port) => port !== undefined);
  if (ports.length === 0) return [];
  const list = [...new Set(ports)].join(", ");
  return [
    toChain("gate_input", [
      "type filter hook input priority 0; policy accept;",
      `meta l4proto { tcp, udp } th dport { ${list} } iif != "lo" ct status & dnat == 0 drop`,
    ]),
  ];
}
