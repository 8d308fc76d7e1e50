import { toDestinationSets } from "./destination-sets.ts";
import { INBOUND_FLOW, toHex } from "./flow-marks.ts";
import {
  toBegunSets,
  toChain,
  toErrorMatches,
  toFastPath,
  toJudgeChains,
  toPassedSets,
} from "./judge-chains.ts";
import { toKernelChain } from "./kernel-chain.ts";
import { toRedirectChains } from "./redirect-chains.ts";
import type { RulesetPlan } from "./ruleset-plan.ts";
import {
  DENIED_NAMES,
  DROPPED_FRAMES_COUNTER,
  LEARNED,
  LEARNED_RANGES,
  REFUSED_COUNTER,
  WOULD_REFUSE_COUNTER,
} from "./set-names.ts";
import { toDeviceSet, toSubjectRules } from "./subject.ts";
import { toOwnerChains } from "./table-owner.ts";

/**
 * Behind everything that has a name in linux/netfilter_ipv4.h (-400 to 300), so that what is judged is where the packet
 * really goes: Docker, kube-proxy and service meshes change destinations at -100, mangling tables up to 300.
 */
const JUDGE_PRIORITY = 2_000_000_000;
/** Behind conntrack (-200), so that there is a flow to mark; before destinations are changed (-100). */
const INBOUND_PRIORITY = -150;
/** Of elements in a set: far beyond the addresses that a job talks to, and at most some 10 MB of the kernel's memory. */
const MAX_ELEMENTS = 65_536;

/** The whole table. Load it with `toClaimText` or `toReplacementText`, so that there is never a moment without one. */
function toRulesetText(plan: RulesetPlan): string {
  const allowed = toDestinationSets("allowed", plan.allow);
  const denied = toDestinationSets("denied", plan.deny);
  const lines = [
    ...toOwnerChains(plan.owner).map((name) => toChain(name, [])),
    `counter ${REFUSED_COUNTER} { }`,
    `counter ${WOULD_REFUSE_COUNTER} { }`,
    ...toFilledSets(),
    ...toPassedSets(),
    ...allowed.sets,
    ...denied.sets,
    ...toBegunSets(plan.begunBefore),
    ...toJudgeChains(plan, allowed, denied),
    ...(plan.subject.type === "namespace" ? [toKernelChain(plan), toForwardChain(plan)] : []),
    toOutputChain(plan),
    toInboundChain(),
    toWireChain(plan),
    ...toRedirectChains(plan, denied),
  ];
  return `table inet ${plan.table} {\n${lines.join("\n")}\n}\n${toFrameTable(plan)}`;
}

type Named = Pick<RulesetPlan, "table" | "subject" | "mode" | "devices">;

/** Fails where a table of that name is there. */
export function toClaimText(plan: RulesetPlan): string {
  return `create table inet ${plan.table}\n${toFrameRemoval(plan)}${toRulesetText(plan)}`;
}

/**
 * Whatever has become of the table: in one step it is as planned. `elements` are of its sets, as `toElementsText` has them.
 */
export function toReplacementText(plan: RulesetPlan, elements = ""): string {
  return `${toRemovalText(plan)}${toRulesetText(plan)}${elements}`;
}

/** Removes the table, and is content where there is none. */
export function toRemovalText(plan: Named): string {
  return `${toRemoval("inet", plan.table)}${toFrameRemoval(plan)}`;
}

function toFrameRemoval(plan: Named): string {
  return hasFrameTable(plan) ? toRemoval("netdev", plan.table) : "";
}

/** To delete what is not there would be an error, so it is made first. */
export function toRemoval(family: "inet" | "netdev", table: string): string {
  return `add table ${family} ${table}\ndelete table ${family} ${table}\n`;
}

/** Sets that the agent fills while the table stands. */
function toFilledSets(): readonly string[] {
  return (["ipv4", "ipv6"] as const).flatMap((family) => {
    const key = `type ${family}_addr . inet_proto . inet_service`;
    return [
      `set ${LEARNED[family]} { ${key}; flags timeout; size ${MAX_ELEMENTS}; }`,
      `set ${LEARNED_RANGES[family]} { ${key}; flags interval,timeout; size ${MAX_ELEMENTS}; }`,
      `set ${DENIED_NAMES[family]} { type ${family}_addr; flags timeout; size ${MAX_ELEMENTS}; }`,
    ];
  });
}

function toOutputChain(plan: RulesetPlan): string {
  const needsKernelChain = plan.subject.type === "namespace";
  const rules = toSubjectRules(plan, "judge_own");
  return toChain("output", [
    `type filter hook output priority ${JUDGE_PRIORITY}; policy accept;`,
    ...toFastPath(plan),
    ...rules.slice(0, -1),
    ...(needsKernelChain ? ["jump kernel_packets"] : []),
    ...rules.slice(-1),
  ]);
}

/** What containers and other namespaces send through this one. */
function toForwardChain(plan: RulesetPlan): string {
  const outer = toDeviceSet(plan);
  return toChain("forward", [
    `type filter hook forward priority ${JUDGE_PRIORITY}; policy accept;`,
    // It comes from outside and goes to a container: it does not leave.
    ...(outer === undefined ? [] : [`iifname ${outer} oifname != ${outer} accept`]),
    // A container can write any sender, and would be answered in its name.
    `fib saddr . iif oif missing goto ${plan.mode === "block" ? "refuse_spoofed" : "would_refuse"}`,
    // Between two containers on one bridge: br_netfilter, which Docker loads, takes that for forwarding.
    ...(outer === undefined ? [] : [`iifname != ${outer} fib daddr . iif oif exists accept`]),
    ...toErrorMatches(plan).map((match) => `${match} accept`),
    "jump judge",
  ]);
}

/**
 * Marks what comes from outside, so that a service may answer. The way back must lead through the device that it came by:
 * otherwise a job could send itself a packet in a stranger's name over loopback or a container's bridge, and answer that.
 */
function toInboundChain(): string {
  const mark = `ct mark set ct mark or ${toHex(INBOUND_FLOW)}`;
  return toChain("inbound", [
    `type filter hook prerouting priority ${INBOUND_PRIORITY}; policy accept;`,
    `iif != "lo" ct state new ct direction original fib saddr . iif oif exists ${mark}`,
  ]);
}

/** A socket that is bound to a device sends even loopback's addresses out there, and so a redirected packet. */
function toWireChain(plan: RulesetPlan): string {
  return toChain("wire", [
    `type filter hook postrouting priority ${JUDGE_PRIORITY}; policy accept;`,
    'oif != "lo" ip daddr 127.0.0.0/8 drop',
    'oif != "lo" ip6 daddr ::1 drop',
    ...toFrameMarks(plan),
  ]);
}

function hasFrameTable({ subject, mode, devices }: Named): boolean {
  return subject.type === "namespace" && mode === "block" && devices.length > 0;
}

/** Nobody looks at the mark behind this but the device's own chain; a packet's way has been chosen by the one before. */
function toFrameMarks(plan: RulesetPlan): readonly string[] {
  const devices = toDeviceSet(plan);
  if (plan.subject.type === "cgroup" || devices === undefined || !hasFrameTable(plan)) return [];
  return [`oifname ${devices} meta mark set ${toHex(plan.subject.frameMark)}`];
}

/**
 * Packet sockets write frames that no hook of the IP layer sees; so does another namespace whose device lies on top of this
 * one's (macvlan, ipvlan). What came by the IP layer was judged there, and has its mark. ARP has none, and the kernel needs
 * it. A DHCP client asks by a packet socket while the machine has no address; broadcasts stay on the link.
 */
function toFrameTable(plan: RulesetPlan): string {
  if (plan.subject.type === "cgroup" || !hasFrameTable(plan)) return "";
  const devices = toDeviceSet(plan) ?? "{ }";
  const chain = toChain("frames", [
    `type filter hook egress devices = ${devices} priority 0; policy accept;`,
    `meta mark ${toHex(plan.subject.frameMark)} accept`,
    "meta protocol arp accept",
    ...(plan.isHost ? ["ip daddr 255.255.255.255 udp sport 68 udp dport 67 accept"] : []),
    `counter name ${DROPPED_FRAMES_COUNTER} drop`,
  ]);
  return `table netdev ${plan.table} {\ncounter ${DROPPED_FRAMES_COUNTER} { }\n${chain}\n}\n`;
}
