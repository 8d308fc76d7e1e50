import { parseIpAddress, toIpText } from "../ip-address.ts";
import type { DestinationSets } from "./destination-sets.ts";
import { INBOUND_FLOW, toHex, toJudgedFlow } from "./flow-marks.ts";
import { LOG_PREFIXES } from "./log-prefix.ts";
import type { BegunFlow, RulesetPlan } from "./ruleset-plan.ts";
import {
  DENIED_NAMES,
  LEARNED,
  LEARNED_RANGES,
  REFUSED_COUNTER,
  WOULD_REFUSE_COUNTER,
} from "./set-names.ts";
import { toResolverMatches } from "./subject.ts";

/** Nobody listens here: what is sent to it shows that the table matches, refuses and logs. Discard, RFC 863. */
export const CANARY = { ip: "127.255.255.254", port: 9 } as const;

/** Enough for the longest headers of IPv6 and the ports behind them; payload is nobody's business. */
const LOGGED_BYTES = 128;

/** All policy says of a packet, as chains that other chains jump to. */
export function toJudgeChains(
  plan: RulesetPlan,
  allowed: DestinationSets,
  denied: DestinationSets,
): readonly string[] {
  return [
    toChain("judge_own", toOwnRules(plan)),
    toChain("judge", toJudgeRules(plan, allowed, denied)),
    toChain("let_pass", [`ct mark set ct mark or ${toHex(toJudgedFlow(plan.table))}`, "accept"]),
    toChain("refuse", toRefusal(plan, "refused")),
    toChain("refuse_denied", toRefusal(plan, "denied")),
    // Not rejected: whoever is named as the sender would be sent the packet's beginning.
    toChain("refuse_spoofed", [`counter name ${REFUSED_COUNTER} ${toLog(plan, "refused")} drop`]),
    ...(plan.mode === "audit" ? [toChain("would_refuse", toWouldRefuse(plan))] : []),
  ];
}

export function toChain(name: string, rules: readonly string[]): string {
  return `chain ${name} {\n${rules.map((rule) => `  ${rule}\n`).join("")}}`;
}

/** Of the policy and of what denied names were answered with; a statement is to follow. */
export function toDenyMatches(denied: DestinationSets): readonly string[] {
  return [...denied.matches, `ip daddr @${DENIED_NAMES.ipv4}`, `ip6 daddr @${DENIED_NAMES.ipv6}`];
}

/** What this machine's own sockets send. */
function toOwnRules(plan: RulesetPlan): readonly string[] {
  return [
    `ip daddr ${CANARY.ip} udp dport ${CANARY.port} ${toLog(plan, "canary")} reject with icmpx admin-prohibited`,
    // A raw socket can send from an address that is somebody else's. What the kernel answers to that goes to them, with
    // part of the payload in it, and the answer to a flow that seems to come from outside is let out.
    `fib saddr type != local goto ${plan.mode === "block" ? "refuse_spoofed" : "would_refuse"}`,
    "goto judge",
  ];
}

/**
 * In this order: flows that were judged, answers to flows that came from outside, errors about either; then what is
 * denied, what stays on this machine, what is allowed. Marks of flows come from conntrack, which a packet that is no part
 * of a flow has none of.
 */
function toJudgeRules(
  plan: RulesetPlan,
  allowed: DestinationSets,
  denied: DestinationSets,
): readonly string[] {
  const inbound = toHex(INBOUND_FLOW);
  const either = toHex(toJudgedFlow(plan.table) + INBOUND_FLOW);
  return [
    toFastPath(plan),
    `ct state established ct direction reply ct mark & ${inbound} == ${inbound} accept`,
    `ct state related meta l4proto { icmp, ipv6-icmp } ct mark & ${either} != 0 accept`,
    // Linux sends IPv4 for such an address; as IPv6 only a raw socket does, and the policy's entries would not match.
    "ip6 daddr ::ffff:0:0/96 goto refuse_denied",
    ...toDenyMatches(denied).map((match) => `${match} goto refuse_denied`),
    'oif "lo" accept',
    // Redirected just now: the hook still names the device that the packet would have left by.
    "ct status dnat ip daddr 127.0.0.0/8 accept",
    "ct status dnat ip6 daddr ::1 accept",
    ...toBegunRules(plan.begunBefore),
    ...toResolverMatches(plan).map((match) => `${match} goto let_pass`),
    ...toLearnedMatches().map((match) => `${match} goto let_pass`),
    ...allowed.matches.map((match) => `${match} goto let_pass`),
    `goto ${toLast(plan)}`,
  ];
}

/** Flows that were judged: nearly all packets there are, so it stands before everything that costs. */
export function toFastPath({ table }: Pick<RulesetPlan, "table">): string {
  const judged = toHex(toJudgedFlow(table));
  return `ct state new,established ct mark & ${judged} == ${judged} accept`;
}

/** What becomes of a packet that nothing allows. */
function toLast({ mode }: RulesetPlan): "refuse" | "would_refuse" {
  return mode === "block" ? "refuse" : "would_refuse";
}

/** Destinations that answers of the DNS gate opened. */
export function toLearnedMatches(): readonly string[] {
  return [
    `ip daddr . meta l4proto . th dport @${LEARNED.ipv4}`,
    `ip6 daddr . meta l4proto . th dport @${LEARNED.ipv6}`,
    `ip daddr . meta l4proto . th dport @${LEARNED_RANGES.ipv4}`,
    `ip6 daddr . meta l4proto . th dport @${LEARNED_RANGES.ipv6}`,
  ];
}

/** In both directions, since of a flow that is forwarded either may come first; never for a packet that begins a connection. */
function toBegunRules(flows: readonly BegunFlow[]): readonly string[] {
  if (flows.length === 0) return [];
  return (["ip", "ip6"] as const).flatMap((header) => {
    const set = `@begun${header === "ip" ? 4 : 6}`;
    const forth = `${header} saddr . th sport . ${header} daddr . th dport . meta l4proto ${set}`;
    const back = `${header} daddr . th dport . ${header} saddr . th sport . meta l4proto ${set}`;
    return [forth, back].flatMap((match) => [
      `meta l4proto udp ${match} goto let_pass`,
      `tcp flags & (syn | rst) == 0 ${match} goto let_pass`,
    ]);
  });
}

export function toBegunSets(flows: readonly BegunFlow[]): readonly string[] {
  if (flows.length === 0) return [];
  return (["ipv4", "ipv6"] as const).map((family) => {
    const elements = new Set(flows.flatMap((flow) => toBegunElement(flow, family)));
    const type = `type ${family}_addr . inet_service . ${family}_addr . inet_service . inet_proto`;
    const name = family === "ipv4" ? "begun4" : "begun6";
    const list = elements.size === 0 ? "" : ` elements = { ${[...elements].join(", ")} }`;
    return `set ${name} { ${type};${list} }`;
  });
}

function toBegunElement(flow: BegunFlow, family: "ipv4" | "ipv6"): readonly string[] {
  const source = parseIpAddress(flow.source.ip);
  const destination = parseIpAddress(flow.destination.ip);
  if (source?.family !== family || destination?.family !== family) return [];
  const protocol = flow.protocol === 6 ? "tcp" : "udp";
  return [
    `${toIpText(source)} . ${flow.source.port} . ${toIpText(destination)} . ${flow.destination.port} . ${protocol}`,
  ];
}

/**
 * A program learns of it at once. For TCP by a reset: an error of ICMP comes while connect(2) holds the socket, which the
 * kernel takes for a passing trouble, so that connect fails only when it sends again a second later (tcp_v4_err).
 */
function toRefusal(plan: RulesetPlan, reason: "refused" | "denied"): readonly string[] {
  return [
    `counter name ${REFUSED_COUNTER} ${toLog(plan, reason)}`,
    "meta l4proto tcp reject with tcp reset",
    "reject with icmpx admin-prohibited",
  ];
}

/** Once a flow: its mark lets the rest of it pass. */
function toWouldRefuse(plan: RulesetPlan): readonly string[] {
  return [`counter name ${WOULD_REFUSE_COUNTER} ${toLog(plan, "would-refuse")} goto let_pass`];
}

function toLog({ logGroup }: RulesetPlan, reason: keyof typeof LOG_PREFIXES): string {
  return `log prefix "${LOG_PREFIXES[reason]}" group ${logGroup} snaplen ${LOGGED_BYTES}`;
}
