import { isDnsPortUnprivileged } from "./kernel-facts.ts";
import type { MachineFacts } from "./machine-facts.ts";

/** What can stand between job and network here, for each of the commands that guard. */
export interface Enforcement {
  readonly run: RunEnforcement;
  readonly watch: WatchEnforcement;
}

interface RunEnforcement {
  readonly mechanism: "nftables" | "dns" | "none";
  readonly scope: "command" | "names" | "nothing";
  /** What it reaches, or why it is not more. */
  readonly reason: string;
}

interface WatchEnforcement {
  readonly mechanism: "nftables" | "dns" | "none";
  readonly scope: "machine" | "network-namespace" | "names" | "nothing";
  readonly reason: string;
}

/** What came of blocking for a moment, in a cgroup of its own where nothing runs. */
export interface EnforcementProof {
  readonly mechanism: "nftables" | "dns" | "none";
  readonly reason?: string | undefined;
}

/** nft finds cgroups below this only (its `socket cgroupv2` expression, src/datatype.c). */
const NFT_CGROUP_ROOT = "/sys/fs/cgroup";

/** @param proof of `run`; null where it was not tried, and the facts alone are gone by. */
export function decideEnforcement(
  facts: MachineFacts,
  proof: EnforcementProof | null = null,
): Enforcement {
  return { run: decideRun(facts, proof), watch: decideWatch(facts) };
}

/** `nftables` and the like, for the sentence that names the level. */
export function describeEnforcement({ run, watch }: Enforcement): string {
  const [forRun, forWatch] = [describe(run.mechanism), describe(watch.mechanism)];
  return forRun === forWatch ? forRun : `run ${forRun}, watch ${forWatch}`;
}

/** A sentence; null where a command can be given a cgroup that nftables can tell its packets by. */
export function findCgroupObstacle({ cgroup2, ownCgroup }: MachineFacts): string | null {
  const [tree] = cgroup2;
  if (tree === undefined) {
    return "No cgroup v2 tree is mounted, by which nftables could tell the command's packets.";
  }
  if (tree.path !== NFT_CGROUP_ROOT && !tree.path.startsWith(`${NFT_CGROUP_ROOT}/`)) {
    return `The cgroup v2 tree is mounted at ${tree.path}, and nft finds cgroups below ${NFT_CGROUP_ROOT} only.`;
  }
  if (ownCgroup === null) return `The guard's own cgroup is not in the tree at ${tree.path}.`;
  return ownCgroup.writable
    ? null
    : `The guard may not make a cgroup below its own (${ownCgroup.path}).`;
}

export function findNftablesObstacle({ process, files }: MachineFacts): string | null {
  if (!process.capabilities.effective.includes("NET_ADMIN")) return "nftables takes NET_ADMIN.";
  return files.nft === null ? "The nft program is not installed." : null;
}

function decideRun(facts: MachineFacts, proof: EnforcementProof | null): RunEnforcement {
  // Both: whichever of them the trial meets first is named here too, and mending one alone would not be enough.
  const obstacles = [findNftablesObstacle(facts), findCgroupObstacle(facts)].filter(
    (obstacle) => obstacle !== null,
  );
  const isInForce = proof === null ? obstacles.length === 0 : proof.mechanism === "nftables";
  if (isInForce) {
    return {
      mechanism: "nftables",
      scope: "command",
      reason: "Names and packets of the command and all that it starts.",
    };
  }
  const failed = `It was tried and failed: ${toReason(proof)}.`;
  return withoutNftables(facts, obstacles.length > 0 ? obstacles.join(" ") : failed);
}

function decideWatch(facts: MachineFacts): WatchEnforcement {
  const obstacle = findNftablesObstacle(facts);
  if (obstacle !== null) return withoutNftables(facts, obstacle);
  return facts.namespaces.network.initial
    ? {
        mechanism: "nftables",
        scope: "machine",
        reason: "Names and packets of the whole machine, and of containers that send through it.",
      }
    : {
        mechanism: "nftables",
        scope: "network-namespace",
        reason: "Names and packets of this network namespace, the pod's or the container's.",
      };
}

function withoutNftables(facts: MachineFacts, obstacle: string): RunEnforcement & WatchEnforcement {
  return mayListenForDns(facts)
    ? {
        mechanism: "dns",
        scope: "names",
        reason: `${obstacle} --enforcement dns refuses names where the job asks 127.0.0.1; a connection to an address goes unhindered.`,
      }
    : {
        mechanism: "none",
        scope: "nothing",
        reason: `${obstacle} --enforcement dns cannot listen on port 53 either: that takes NET_BIND_SERVICE, or net.ipv4.ip_unprivileged_port_start at 53 or less.`,
      };
}

function describe(mechanism: RunEnforcement["mechanism"]): string {
  return mechanism === "dns" ? "names only" : mechanism;
}

function toReason(proof: EnforcementProof | null): string {
  return proof?.reason?.replace(/\.$/, "") ?? "no reason given";
}

function mayListenForDns({ process, kernel }: MachineFacts): boolean {
  return (
    process.capabilities.effective.includes("NET_BIND_SERVICE") || isDnsPortUnprivileged(kernel)
  );
}
