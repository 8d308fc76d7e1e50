import type { CapabilityAdvice } from "./capability-guide.ts";
import { describeEnforcement } from "./enforcement.ts";
import type { Enforcement, EnforcementProof } from "./enforcement.ts";
import { decideLevel, decideLevelOnceInstalled, NOTHING_TRIED } from "./level.ts";
import type { Level, Proofs } from "./level.ts";
import type { MachineFacts } from "./machine-facts.ts";
import type { Problem } from "./problem.ts";
import { findProblems } from "./problems.ts";
import type { KernelProof, SensorAvailability } from "./sensor-availability.ts";

/** What `runner-guard doctor --json` prints. */
export interface Diagnosis {
  readonly version: 1;
  readonly level: Level;
  /** The same with every missing file installed, where that alone raises it. */
  readonly levelOnceInstalled: Level;
  /** The level, sensors and enforcement in one line. */
  readonly summary: string;
  readonly sensors: readonly SensorAvailability[];
  readonly enforcement: Enforcement;
  readonly capabilities: readonly CapabilityAdvice[];
  /** Null: the kernel sensor was not tried, and `sensors` goes by the facts alone. */
  readonly kernelProof: KernelProof | null;
  /** Null: blocking was not tried, and `enforcement.run` goes by the facts alone. */
  readonly enforcementProof: EnforcementProof | null;
  readonly facts: MachineFacts;
  readonly problems: readonly Problem[];
}

export function diagnose(facts: MachineFacts, proofs: Proofs = NOTHING_TRIED): Diagnosis {
  const decision = decideLevel(facts, proofs);
  const available = decision.sensors.filter((sensor) => sensor.available).map(({ name }) => name);
  return {
    version: 1,
    level: decision.level,
    levelOnceInstalled: decideLevelOnceInstalled(facts, proofs),
    summary: `Level: ${decision.level}. Sensors: ${available.join(", ")}. Enforcement: ${describeEnforcement(decision.enforcement)}.`,
    sensors: decision.sensors,
    enforcement: decision.enforcement,
    capabilities: decision.capabilities,
    kernelProof: proofs.kernel,
    enforcementProof: proofs.enforcement,
    facts,
    problems: findProblems(facts, proofs),
  };
}
