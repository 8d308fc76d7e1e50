import { parseIpAddress, toIpText } from "../ip-address.ts";
import type { DestinationSets } from "./destination-sets.ts";
import { INBOUND_FLOW, toFlowField, toHex, toMarking } from "./flow-marks.ts";
import { LOG_PREFIXES } from "./log-prefix.ts";
import type { BegunFlow, RulesetPlan } from "./ruleset-plan.ts";
import {
  DENIED_NAMES,
  LEARNED,
  LEARNED_RANGES,
  PASSED,
  REFUSED_COUNTER,
  WOULD_REFUSE_COUNTER,
} from "./set-names.ts";
import { toResolverMatches } from "./subject.ts";

/** Nobody listens here: what is sent to it shows that the table matches, refuses and logs. Discard, RFC 863. */
export const CANARY = { ip: "127.255.255.254", port: 9 } as const;

/** As long as conntrack keeps a flow of datagrams that was answered (nf_conntrack_udp_timeout_stream). */
const PASSED_FOR = "2m";
/** A job that talks to more at a time has the rest judged packet by packet. At most some 10 MB of the kernel's memory. */
const MAX_PASSED = 65_536;
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
    ...toPassChains(plan),
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
 * A mark outlives its table, but none lets a flow begin. UDP has no beginning that would show, so which of its flows were
 * let through is kept in sets, which go with the table.
 */
function toPassChains({ table, mode }: RulesetPlan): readonly string[] {
  const field = toFlowField(table);
  const rest = [
    ...toDatagramFlows().map(({ key, set }) => `update @${set} { ${key} }`),
    // Where the set is full, each of its packets is judged.
    "accept",
  ];
  const judged = [toMarking(field, field.judged), ...rest];
  if (mode === "block") return [toChain("let_pass", judged)];
  // Entries with an address say the same again when the mode becomes block. What a name opened may be closed by then.
  return [
    toChain("let_pass", [toMarking(field, field.audited), ...rest]),
    toChain("let_learned_pass", judged),
  ];
}

export function toPassedSets(): readonly string[] {
  return (["ipv4", "ipv6"] as const).map(
    (family) =>
      `set ${PASSED[family]} { type ${family}_addr . inet_service . ${family}_addr . inet_service; flags dynamic,timeout; timeout ${PASSED_FOR}; size ${MAX_PASSED}; }`,
  );
}

function toDatagramFlows(): readonly { key: string; set: string }[] {
  return (["ip", "ip6"] as const).map((header) => ({
    key: `${header} saddr . udp sport . ${header} daddr . udp dport`,
    set: header === "ip" ? PASSED.ipv4 : PASSED.ipv6,
  }));
}

/**
 * In this order: flows that were judged, answers to flows that came from outside; then what is denied, questions that were
 * not led to the gate, what stays on this machine, what is allowed. Marks of flows come from conntrack, which a packet that
 * is no part of a flow has none of.
 */
function toJudgeRules(
  plan: RulesetPlan,
  allowed: DestinationSets,
  denied: DestinationSets,
): readonly string[] {
  const inbound = toHex(INBOUND_FLOW);
  const learned = plan.mode === "block" ? "let_pass" : "let_learned_pass";
  return [
    ...toFastPath(plan),
    `ct state established ct direction reply ct mark & ${inbound} == ${inbound} accept`,
    // Linux sends IPv4 for such an address; as IPv6 only a raw socket does, and the policy's entries would not match.
    "ip6 daddr ::ffff:0:0/96 goto refuse_denied",
    ...toDenyMatches(denied).map((match) => `${match} goto refuse_denied`),
    ...toQuestionRules(plan),
    // The kernel would forward them, with no socket of the job's behind them any more. Root may tell it to.
    `oif "lo" ip hdrlength != 5 goto ${toLast(plan)}`,
    `oif "lo" exthdr rt exists goto ${toLast(plan)}`,
    'oif "lo" accept',
    // Redirected just now: the hook still names the device that the packet would have left by.
    "ct status dnat ip daddr 127.0.0.0/8 accept",
    "ct status dnat ip6 daddr ::1 accept",
    ...toBegunRules(plan.begunBefore),
    ...toLearnedMatches().map((match) => `${match} goto ${learned}`),
    ...allowed.matches.map((match) => `${match} goto let_pass`),
    `goto ${toLast(plan)}`,
  ];
}

/**
 * Flows that were judged: nearly all packets there are, so it stands before everything that costs. Conntrack takes a new
 * connection between the same ends for a part of one whose end it has not seen, so what begins one is judged each time.
 */
export function toFastPath({
  table,
  mode,
}: Pick<RulesetPlan, "table" | "mode">): readonly string[] {
  const { mask, judged } = toFlowField(table);
  const isJudged = `ct mark & ${toHex(mask)} ${mode === "block" ? `== ${toHex(judged)}` : "!= 0"}`;
  return [
    `ct state established tcp flags & syn == 0 ${isJudged} accept`,
    ...toDatagramFlows().map(({ key, set }) => `${key} @${set} goto let_pass`),
  ];
}

/** Errors about flows that were let through; whoever writes them himself has other things in mind. A statement is to follow. */
export function toErrorMatches({ table }: Pick<RulesetPlan, "table">): readonly string[] {
  const { mask, judged } = toFlowField(table);
  const inbound = toHex(INBOUND_FLOW);
  return [`${toHex(mask)} == ${toHex(judged)}`, `${inbound} == ${inbound}`].map(
    (mark) => `ct state related meta l4proto { icmp, icmpv6 } ct mark & ${mark}`,
  );
}

/**
 * Address translation leads questions to the gate, and no other way: what still goes to port 53 got past it, as a part of a
 * connection of before, or by a flow that a raw socket has prepared.
 */
function toQuestionRules(plan: RulesetPlan): readonly string[] {
  const resolver = toResolverMatches(plan);
  return [
    // Nobody else may go on with what it has begun.
    ...resolver.map((match) => `${match} meta l4proto udp accept`),
    ...resolver.map((match) => `${match} goto let_pass`),
    ...(["ipv4", "ipv6"] as const)
      .filter((family) => plan.mode === "block" && plan.gate[family] !== undefined)
      .map((family) => `meta nfproto ${family} meta l4proto { tcp, udp } th dport 53 goto refuse`),
  ];
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

/** Once a flow. */
function toWouldRefuse(plan: RulesetPlan): readonly string[] {
  const { mask, audited } = toFlowField(plan.table);
  return [
    `meta l4proto != udp ct mark & ${toHex(mask)} == ${toHex(audited)} accept`,
    `counter name ${WOULD_REFUSE_COUNTER} ${toLog(plan, "would-refuse")} goto let_pass`,
  ];
}

function toLog({ logGroup }: RulesetPlan, reason: keyof typeof LOG_PREFIXES): string {
  return `log prefix "${LOG_PREFIXES[reason]}" group ${logGroup} snaplen ${LOGGED_BYTES}`;
}
