import { adviseOnCapabilities } from "./capability-guide.ts";
import type { CapabilityAdvice } from "./capability-guide.ts";
import { decideEnforcement } from "./enforcement.ts";
import type { Enforcement, EnforcementProof } from "./enforcement.ts";
import type { MachineFacts } from "./machine-facts.ts";
import { decideSensors } from "./sensor-availability.ts";
import type { KernelProof, SensorAvailability } from "./sensor-availability.ts";

/**
 * How much the guard can see and do here, as docs/privileges.md lists it. It is named after what works, not after what
 * was granted: with every capability but without libbpf there is no kernel sensor, and the level says so.
 */
export type Level = "root" | "sidecar-kernel" | "sidecar-proc" | "unprivileged";

export interface LevelDecision {
  readonly level: Level;
  readonly sensors: readonly SensorAvailability[];
  readonly enforcement: Enforcement;
  readonly capabilities: readonly CapabilityAdvice[];
}

/** What was tried for a moment; null where it was not, and the facts alone are gone by. */
export interface Proofs {
  readonly kernel: KernelProof | null;
  readonly enforcement: EnforcementProof | null;
}

export const NOTHING_TRIED: Proofs = { kernel: null, enforcement: null };

export function decideLevel(facts: MachineFacts, proofs = NOTHING_TRIED): LevelDecision {
  const sensors = decideSensors(facts, proofs.kernel);
  const enforcement = decideEnforcement(facts, proofs.enforcement);
  return {
    level: nameLevel(facts, sensors[0].available, enforcement),
    sensors,
    enforcement,
    capabilities: adviseOnCapabilities(facts),
  };
}

/**
 * The level once everything is installed that needs no privilege of the process but a file on its disk. What the proof
 * says holds only where the kernel sensor's files were there to be tried.
 */
export function decideLevelOnceInstalled(facts: MachineFacts, proofs = NOTHING_TRIED): Level {
  const { libbpf, kernelObject, nft } = facts.files;
  const files = {
    libbpf: libbpf ?? "libbpf.so.1",
    kernelObject: kernelObject ?? "guard.bpf.o",
    nft: nft ?? "nft",
  };
  const tried = libbpf !== null && kernelObject !== null;
  return decideLevel({ ...facts, files }, { ...proofs, kernel: tried ? proofs.kernel : null })
    .level;
}

function nameLevel(facts: MachineFacts, kernelSensor: boolean, enforcement: Enforcement): Level {
  if (kernelSensor) {
    const wholeMachine = facts.process.userId === 0 && facts.namespaces.pid.initial;
    return wholeMachine ? "root" : "sidecar-kernel";
  }
  return enforcement.watch.mechanism === "nftables" ? "sidecar-proc" : "unprivileged";
}
