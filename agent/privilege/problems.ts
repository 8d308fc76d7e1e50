import { howToGetHere } from "./capability-guide.ts";
import { findCgroupObstacle, findNftablesObstacle } from "./enforcement.ts";
import type { EnforcementProof } from "./enforcement.ts";
import { findKernelObstacles } from "./kernel-obstacles.ts";
import { chargesMapsToCgroup } from "./kernel-release.ts";
import { NOTHING_TRIED } from "./level.ts";
import type { MachineFacts } from "./machine-facts.ts";
import type { Problem } from "./problem.ts";
import { readsOthersDetails } from "./sensor-availability.ts";
import type { KernelProof } from "./sensor-availability.ts";

/** The ring that agent/sensor/kernel/load-programs.ts asks for first, 8 MiB, and 2 MiB for the sensor's other maps. */
const WANTED_BYTES = 10 * 1024 * 1024;

/** What costs most comes first. */
export function findProblems(facts: MachineFacts, proofs = NOTHING_TRIED): Problem[] {
  const proof = proofs.kernel;
  const obstacles = findKernelObstacles(facts);
  return [
    ...(proof?.status === "active" || proof?.status === "degraded" ? [] : obstacles),
    ...proofProblems(facts, proof, obstacles.length > 0),
    ...networkProblems(facts),
    ...blockingProblems(facts, proofs.enforcement),
    ...processProblems(facts),
    ...memoryProblems(facts),
  ];
}

function proofProblems(
  facts: MachineFacts,
  proof: KernelProof | null,
  explained: boolean,
): Problem[] {
  if (proof === null || proof.status === "active" || explained) return [];
  const reason = proof.reason?.replace(/\.$/, "") ?? "no reason given";
  const fix = mendRefusal(facts, proof);
  return [
    proof.status === "unavailable"
      ? {
          id: "kernel-sensor-refused",
          message: `Everything is there, yet loading the kernel sensor failed: ${reason}.`,
          fix,
        }
      : {
          id: "kernel-sensor-degraded",
          message: `The kernel sensor works in part: ${reason}.`,
          fix,
        },
  ];
}

function mendRefusal({ process, cgroup2 }: MachineFacts, { status }: KernelProof): string {
  if (status === "degraded" && cgroup2.length === 0) {
    return "Mount the cgroup v2 tree, as below: half of the sensor's programs attach to it.";
  }
  return process.seccomp === "filter"
    ? "A seccomp filter is in force: allow bpf() and perf_event_open() in its profile."
    : "Look for a security module or a kernel setting that forbids bpf(): dmesg names it.";
}

function networkProblems(facts: MachineFacts): Problem[] {
  const problems: Problem[] = [];
  if (!facts.process.capabilities.effective.includes("NET_ADMIN")) {
    problems.push({
      id: "net-admin-missing",
      message:
        "Without NET_ADMIN there are no nftables, and the kernel sensor sees TCP alone: no datagrams, no raw sockets.",
      fix: howToGetHere(["NET_ADMIN"], facts),
    });
  } else if (facts.files.nft === null) {
    problems.push({
      id: "nft-missing",
      message: "The nft program is not installed, so nftables cannot be used.",
      fix: "apt-get install nftables, dnf install nftables, or apk add nftables.",
    });
  }
  if (facts.cgroup2.length === 0) {
    problems.push({
      id: "cgroup2-missing",
      message:
        "No cgroup2 file system is mounted: `run` cannot block connections, and the kernel sensor sees TCP alone, no datagrams and no raw sockets.",
      fix: mendMissingTree(facts),
    });
  }
  return problems;
}

/** A network namespace of its own on a machine that is none: `ip netns exec` made it, mostly (ip-netns(8)). */
function mendMissingTree({ namespaces, cgroup2MountPoint }: MachineFacts): string {
  const mount =
    cgroup2MountPoint === null
      ? "mkdir -p /sys/fs/cgroup/unified && mount -t cgroup2 none /sys/fs/cgroup/unified"
      : `mount -t cgroup2 none ${cgroup2MountPoint}`;
  return namespaces.pid.initial && !namespaces.network.initial
    ? `${mount}; or, as \`ip netns exec\` mounts /sys anew and hides the tree, enter by nsenter --net=/run/netns/NAME.`
    : `${mount}, or boot with systemd.unified_cgroup_hierarchy=1.`;
}

/** Of `run` alone: `watch` needs no cgroup. */
function blockingProblems(facts: MachineFacts, proof: EnforcementProof | null): Problem[] {
  if (proof?.mechanism === "nftables" || findNftablesObstacle(facts) !== null) return [];
  const obstacle = findCgroupObstacle(facts);
  if (obstacle === null) return proof === null ? [] : [toRefusal(proof)];
  // Without a tree there is a problem of that name already.
  if (facts.cgroup2.length === 0) return [];
  return [
    {
      id: "command-cgroup-unavailable",
      message: `${obstacle} So \`run\` cannot block connections; \`watch\` can.`,
      fix: "Run as root with the cgroup tree mounted writable at /sys/fs/cgroup, or in a cgroup that is delegated to this user (Delegate=yes in the systemd unit).",
    },
  ];
}

function toRefusal({ reason }: EnforcementProof): Problem {
  return {
    id: "enforcement-refused",
    message: `Everything is there, yet blocking was tried and failed: ${reason?.replace(/\.$/, "") ?? "no reason given"}.`,
    fix: "What the reason names; a kernel without nf_tables, nft_socket, nft_reject or nfnetlink_log, or with a module policy that keeps them from being loaded, gives such reasons too.",
  };
}

function processProblems(facts: MachineFacts): Problem[] {
  const problems: Problem[] = [];
  if (!facts.namespaces.pid.initial && facts.visibleProcesses.unrelated === 0) {
    problems.push({
      id: "process-namespace-not-shared",
      message:
        "No process of another container is visible: as a sidecar the guard would watch only itself.",
      fix: "Set shareProcessNamespace: true in the pod; `runner-guard run -- COMMAND` needs nothing.",
    });
  }
  if (facts.procHidesOthers) {
    problems.push({
      id: "processes-hidden",
      message: "/proc is mounted with hidepid, so other users' processes are hidden.",
      fix: "mount -o remount,hidepid=0 /proc, or give SYS_PTRACE.",
    });
  }
  if (!readsOthersDetails(facts)) {
    problems.push({
      id: "process-details-unreadable",
      message:
        "Program, descriptors and sockets of other users' processes cannot be read from /proc.",
      fix: howToGetHere(["SYS_PTRACE", "DAC_READ_SEARCH"], facts),
    });
  }
  return problems;
}

function memoryProblems({ kernel, process }: MachineFacts): Problem[] {
  const limited = process.memlockBytes !== null && process.memlockBytes < WANTED_BYTES;
  const lifted = process.capabilities.effective.includes("SYS_RESOURCE");
  if (!limited || lifted || chargesMapsToCgroup(kernel.version)) return [];
  return [
    {
      id: "memlock-too-small",
      message: `The memlock limit of ${process.memlockBytes} bytes forces a smaller ring buffer, which overflows sooner.`,
      fix: "ulimit -l unlimited, LimitMEMLOCK=infinity in the systemd unit, or Linux 5.11 or later.",
    },
  ];
}
