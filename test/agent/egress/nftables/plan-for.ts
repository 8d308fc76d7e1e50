import { readPidNamespace, readStartTicks } from "../../../../agent/egress/nftables/owner-state.ts";
import type { RulesetPlan } from "../../../../agent/egress/nftables/ruleset-plan.ts";
import { toStaticDestinations } from "../../../../agent/egress/nftables/static-destinations.ts";
import { GATE_PORT } from "./judged-network.ts";
import type { JudgedNetwork } from "./judged-network.ts";

export const OWN_MARK = 0x5eed_1234;

interface Wanted extends Partial<Omit<RulesetPlan, "allow" | "deny" | "subject">> {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly subject?: "cgroup" | "namespace";
}

const FRAME_MARK = 0x2468_ace0;

/** A plan for the network, in block mode with a gate; `wanted` is what differs. */
export function planFor(
  network: Pick<JudgedNetwork, "cgroup">,
  { allow = [], deny = [], subject = "cgroup", ...others }: Wanted = {},
): RulesetPlan {
  return {
    table: "runner_guard",
    owner: {
      pid: process.pid,
      startTicks: readStartTicks(process.pid) ?? 0,
      pidNamespace: readPidNamespace(),
      scope: subject === "cgroup" ? "command" : "pod",
      onDeath: "closed",
      cgroup: network.cgroup.path,
    },
    subject:
      subject === "cgroup"
        ? { type: "cgroup", level: network.cgroup.level, path: network.cgroup.nftPath }
        : {
            type: "namespace",
            ownMark: OWN_MARK,
            ownUserId: process.getuid?.() ?? 0,
            frameMark: FRAME_MARK,
          },
    mode: "block",
    gate: { ipv4: GATE_PORT, ipv6: GATE_PORT },
    questionZone: 7702,
    logGroup: 77,
    ...toStaticDestinations({ allow, deny }),
    begunBefore: [],
    isHost: false,
    devices: [],
    ...others,
  };
}
