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
  if (plan.subject.type === "cgroup") return own.length === 0 ? [] : chains;
  const outer = toDeviceSet(plan);
  const prerouting = toChain("redirect_prerouting", [
    toHook("prerouting"),
    'iif "lo" return',
    // Others on the network are no part of the job: their questions are not for the gate to answer.
    ...(outer === undefined ? [] : [`iifname ${outer} return`]),
    ...toDnsRules(plan.forwardGate ?? {}, plan.gate),
    ...sniRules,
  ]);
  return [...chains, prerouting, ...toGateInput(plan)];
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
