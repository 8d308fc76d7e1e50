/** Findings that a job reached for the packet filter, which it has no right to: listing it (`iptables -L`) is such a try too. */
import type { PrivilegedObservation, TamperObservation } from "../observation.ts";

export interface FilterAttempts {
  add(observation: PrivilegedObservation): void;
}

export interface FilterAttemptsOptions {
  /** Processes that are told; what others try is still among the privileged operations. */
  readonly maxProcesses: number;
  readonly tell: (observation: TamperObservation) => void;
}

/** One finding for a process, however often it tries. */
export function createFilterAttempts({
  maxProcesses,
  tell,
}: FilterAttemptsOptions): FilterAttempts {
  const known = new Set<string>();
  return {
    add({ operation, process: { pid, startTicks }, at }) {
      if (operation !== "netfilter-socket" || known.size >= maxProcesses) return;
      const key = `${pid} ${startTicks}`;
      if (known.has(key)) return;
      known.add(key);
      const message = "tried to reach the packet filter, and has no right to change it";
      tell({ kind: "tamper", at, pid, isOfJobAlone: true, message, evidence: {} });
    },
  };
}
