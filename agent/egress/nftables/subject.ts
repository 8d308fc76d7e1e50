import { OWN_FLOW, toFlowField, toHex, toMarking } from "./flow-marks.ts";
import type { RulesetPlan } from "./ruleset-plan.ts";

/**
 * Rules that lead the packets to be judged to `chain`. A negated `socket cgroupv2` matches nothing for a socket of the root
 * cgroup, so it is the positive one that jumps.
 */
export function toSubjectRules({ subject, table }: RulesetPlan, chain: string): readonly string[] {
  if (subject.type === "cgroup") {
    return [`socket cgroupv2 level ${subject.level} ${toQuoted(subject.path)} jump ${chain}`];
  }
  const mark = `meta mark ${toHex(subject.ownMark)}`;
  const own = toHex(OWN_FLOW);
  const marking = toMarking(toFlowField(table), OWN_FLOW);
  return [
    `${mark} meta skuid ${subject.ownUserId} meta l4proto tcp ${marking} accept`,
    `${mark} meta skuid ${subject.ownUserId} accept`,
    // What the kernel sends for a connection whose socket is closed has the mark, and no user any more.
    `${mark} meta l4proto tcp ct state established ct mark & ${own} == ${own} accept`,
    `jump ${chain}`,
  ];
}

/**
 * Questions of a resolver that runs in the namespace, whose answers the gate passes on: sent back to the gate they would go
 * round in a ring. Nothing where there is none; a statement is to follow.
 */
export function toResolverMatches({ subject }: RulesetPlan): readonly string[] {
  if (subject.type === "cgroup" || subject.resolverUserId === undefined) return [];
  return [`meta skuid ${subject.resolverUserId} meta l4proto { tcp, udp } th dport 53`];
}

/** Devices that lead out of the namespace, as nft writes a set; nothing where none are known. */
export function toDeviceSet({ devices }: RulesetPlan): string | undefined {
  return devices.length === 0 ? undefined : `{ ${devices.map(toQuoted).join(", ")} }`;
}

/** nft has no escapes within quotes. What cannot be quoted is not found by it either, and so refused with its name. */
function toQuoted(text: string): string {
  return `"${text.replaceAll(/["\n\\]/g, "?")}"`;
}
