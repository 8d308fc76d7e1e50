/** What the guard's table is made of, by what stands now. */
import type { CommandCgroup } from "../command-cgroup.ts";
import type { FoundResolvers } from "../dns/configured-resolvers.ts";
import type { DnsGate } from "../dns/dns-gate.ts";
import type { EgressOptions } from "../egress.ts";
import { readPidNamespace, readStartTicks } from "../nftables/owner-state.ts";
import type { RulesetPlan } from "../nftables/ruleset-plan.ts";
import type { TableOwner } from "../nftables/table-owner.ts";
import type { CurrentPolicy } from "./current-policy.ts";
import { toFamilyPorts } from "./family-ports.ts";
import type { FilterSubject } from "./filter-subject.ts";
import type { ForwardGate } from "./forward-gate.ts";
import type { ServerNames } from "./server-names.ts";

/** The group of NFLOG and the table's name are found when it is loaded. */
export type FilterPlan = Omit<RulesetPlan, "table" | "logGroup">;

export interface FilterPlanParts {
  readonly scope: EgressOptions["scope"];
  readonly policy: CurrentPolicy;
  readonly subject: FilterSubject;
  readonly cgroup: CommandCgroup | null;
  /** In audit mode a question to anybody else goes where it was meant to go. */
  readonly resolverIps: readonly string[];
  readonly gate: DnsGate;
  readonly forward: ForwardGate;
  readonly serverNames: ServerNames;
}

export function toFilterPlan(parts: FilterPlanParts): FilterPlan {
  const { scope, policy, subject, resolverIps, gate, forward, serverNames } = parts;
  return {
    owner: toOwner(parts),
    subject: subject.subject,
    mode: policy.mode,
    gate: {
      ...toFamilyPorts(gate),
      ...(policy.mode === "audit" && { only: resolverIps }),
    },
    questionZone: subject.questionZone + (policy.mode === "block" ? 1 : 0),
    ...(forward.ports && { forwardGate: forward.ports }),
    ...(serverNames.ports && { sniPort: serverNames.ports }),
    allow: policy.destinations.allow,
    deny: policy.destinations.deny,
    begunBefore: subject.begunBefore,
    isHost: scope === "host",
    devices: subject.devices,
  };
}

function toOwner({ scope, policy, cgroup }: FilterPlanParts): TableOwner {
  return {
    pid: process.pid,
    startTicks: readStartTicks(process.pid) ?? 0,
    pidNamespace: readPidNamespace(),
    scope,
    onDeath: policy.mode === "block" ? policy.onGuardDeath : "open",
    ...(cgroup && { cgroup: cgroup.path }),
  };
}

/** Whom programs ask, and who is asked for them: a resolver of the machine's asks on. */
export function toResolverIps({ asked, resolvers }: FoundResolvers): string[] {
  return [...new Set([...asked, ...resolvers.map(({ ip }) => ip)])];
}
