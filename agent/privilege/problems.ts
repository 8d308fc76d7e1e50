import { howToGetHere } from "./capability-guide.ts";
import { findKernelObstacles } from "./kernel-obstacles.ts";
import { chargesMapsToCgroup } from "./kernel-release.ts";
import type { MachineFacts } from "./machine-facts.ts";
import type { Problem } from "./problem.ts";
import { readsOthersDetails } from "./sensor-availability.ts";
import type { KernelProof } from "./sensor-availability.ts";

/** The ring that agent/sensor/kernel/load-programs.ts asks for first, 8 MiB, and 2 MiB for the sensor's other maps. */
const WANTED_BYTES = 10 * 1024 * 1024;

/** What costs most comes first. */
export function findProblems(facts: MachineFacts, proof: KernelProof | null): Problem[] {
  const obstacles = findKernelObstacles(facts);
  return [
    ...(proof?.status === "active" || proof?.status === "degraded" ? [] : obstacles),
    ...proofProblems(facts, proof, obstacles.length > 0),
    ...networkProblems(facts),
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
  const seccomp =
    facts.process.seccomp === "filter"
      ? "A seccomp filter is in force: allow bpf() and perf_event_open() in its profile."
      : "Look for a security module or a kernel setting that forbids bpf(): dmesg names it.";
  return [
    proof.status === "unavailable"
      ? {
          id: "kernel-sensor-refused",
          message: `Everything is there, yet loading the kernel sensor failed: ${reason}.`,
          fix: seccomp,
        }
      : {
          id: "kernel-sensor-degraded",
          message: `The kernel sensor works in part: ${reason}.`,
          fix: seccomp,
        },
  ];
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
        "No cgroup2 file system is mounted, so the kernel sensor sees TCP alone: no datagrams, no raw sockets.",
      fix: "mount -t cgroup2 none /sys/fs/cgroup/unified, or boot with systemd.unified_cgroup_hierarchy=1.",
    });
  }
  return problems;
}

function processProblems(facts: MachineFacts): Problem[] {
  const problems: Problem[] = [];
  if (!facts.namespaces.pid.initial && facts.visibleProcesses.unrelated === 0) {
    problems.push({
      id: "process-namespace-not-shared",
      message:
        "No process of another container is visible: as a sidecar (planned) the guard would watch only itself.",
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
