import { grants } from "./capabilities.ts";
import { isDnsPortUnprivileged } from "./kernel-facts.ts";
import { chargesMapsToCgroup } from "./kernel-release.ts";
import type { MachineFacts } from "./machine-facts.ts";
import { waysToGet } from "./ways-to-get.ts";
import type { WayToGet } from "./ways-to-get.ts";

export interface CapabilityAdvice {
  readonly name: string;
  readonly present: boolean;
  /** False: on this machine it would add nothing. */
  readonly useful: boolean;
  readonly adds: string;
  readonly howToGet: string;
}

interface Guidance {
  readonly adds: string;
  readonly useless?: (facts: MachineFacts) => boolean;
}

/** In the order of what they bring. docs/privileges.md has the same table. */
const GUIDE: Readonly<Record<string, Guidance>> = {
  BPF: { adds: "loads the kernel sensor, which sees what lives too short to be sampled" },
  PERFMON: { adds: "attaches the kernel sensor to tracepoints; of no use without BPF" },
  NET_ADMIN: {
    adds: "lets the kernel sensor see datagrams and raw sockets, and nftables enforce",
  },
  SYS_PTRACE: { adds: "/proc details of other users' processes: program, descriptors, sockets" },
  DAC_READ_SEARCH: { adds: "opens other users' /proc/PID/fd; of no use without SYS_PTRACE" },
  KILL: { adds: "ends processes of other users when a rule ends them" },
  NET_BIND_SERVICE: {
    adds: "lets the DNS gate listen on port 53, for --enforcement dns",
    useless: ({ kernel }) => isDnsPortUnprivileged(kernel),
  },
  SYS_RESOURCE: {
    adds: "lifts the memlock limit, which counts for BPF maps before Linux 5.11",
    useless: ({ kernel }) => chargesMapsToCgroup(kernel.version),
  },
};

export function adviseOnCapabilities(facts: MachineFacts): CapabilityAdvice[] {
  return Object.entries(GUIDE).map(([name, { adds, useless }]) => ({
    name,
    present: grants(facts.process.capabilities.effective, name),
    useful: useless?.(facts) !== true,
    adds,
    howToGet: howToGet([name], facts),
  }));
}

/** On one line, for every kind of place. */
export function howToGet(names: readonly string[], facts: MachineFacts): string {
  return toLine(waysToGet(names, facts.process));
}

/**
 * On one line, for the kind of place that this one is: on a machine what its root can do, in a container what whoever
 * starts it can.
 */
export function howToGetHere(names: readonly string[], facts: MachineFacts): string {
  const ways = waysToGet(names, facts.process);
  const onMachine = ways.filter(({ place }) => place === "Linux" && facts.namespaces.pid.initial);
  return toLine(onMachine.length > 0 ? onMachine : ways.filter(({ place }) => place !== "Linux"));
}

function toLine(ways: readonly WayToGet[]): string {
  return ways.map(({ place, way }) => `${place}: ${way}`).join("; ");
}
