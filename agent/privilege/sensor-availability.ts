import { findKernelObstacles } from "./kernel-obstacles.ts";
import type { MachineFacts } from "./machine-facts.ts";

export interface SensorAvailability {
  readonly name: "kernel" | "proc" | "host";
  readonly available: boolean;
  /** Why it is not available, or what it sees and does not see. */
  readonly reason: string;
}

/** What came of loading the kernel sensor for a moment. Facts only say that it should work; this says whether it does. */
export interface KernelProof {
  readonly status: "active" | "degraded" | "unavailable";
  /** With the name of each program that the kernel would not take, where it was left out. */
  readonly reason?: string | undefined;
}

export function decideSensors(
  facts: MachineFacts,
  proof: KernelProof | null,
): readonly [SensorAvailability, SensorAvailability, SensorAvailability] {
  return [
    decideKernelSensor(facts, proof),
    { name: "proc", available: true, reason: whatProcSees(facts) },
    { name: "host", available: true, reason: "Processor, memory, disk and network use." },
  ];
}

function decideKernelSensor(facts: MachineFacts, proof: KernelProof | null): SensorAvailability {
  const obstacles = findKernelObstacles(facts).map(({ message }) => message);
  if (proof?.status === "unavailable") {
    const tried = `It was tried and failed: ${proof.reason?.replace(/\.$/, "") ?? "no reason given"}.`;
    return { name: "kernel", available: false, reason: obstacles.join(" ") || tried };
  }
  if (proof === null && obstacles.length > 0) {
    return { name: "kernel", available: false, reason: obstacles.join(" ") };
  }
  return { name: "kernel", available: true, reason: whatKernelSees(facts) };
}

function whatKernelSees({ namespaces, process, cgroup2 }: MachineFacts): string {
  const reach = namespaces.pid.initial
    ? "Could see every process of the machine; run keeps to its command and what that starts."
    : "Could see every process of this pid namespace and of those below it; run keeps to its command and what that starts.";
  if (!process.capabilities.effective.includes("NET_ADMIN")) {
    return `${reach} TCP by its states, but no datagrams and raw sockets: its cgroup programs take NET_ADMIN.`;
  }
  return cgroup2.length === 0
    ? `${reach} TCP by its states, but no datagrams and raw sockets: its cgroup programs need a cgroup2 file system.`
    : reach;
}

function whatProcSees(facts: MachineFacts): string {
  const limits = ["It samples, so what lives shorter than its period can be missed."];
  if (facts.procHidesOthers) {
    limits.push("/proc is mounted with hidepid, so other users' processes are hidden.");
  } else if (!readsOthersDetails(facts)) {
    limits.push("It cannot read the program, descriptors and sockets of other users' processes.");
  }
  return limits.join(" ");
}

/** The kernel asks SYS_PTRACE for what /proc/PID/fd and exe point at, and a DAC capability to enter the directory. */
export function readsOthersDetails({ process }: MachineFacts): boolean {
  const { effective } = process.capabilities;
  const passes = effective.includes("DAC_READ_SEARCH") || effective.includes("DAC_OVERRIDE");
  return effective.includes("SYS_PTRACE") && passes;
}
