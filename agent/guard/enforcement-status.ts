/** What holds the command, and what it was to be held to and is not. */
import { readFileSync } from "node:fs";

import type { Enforcement } from "../../protocol/index.ts";
import type { Egress, EgressStatus } from "../egress/egress.ts";
import { findUnwithheld, type WithheldCapability } from "../job/capability.ts";
import type { RunningSensors } from "../sensor/start-sensors.ts";

export function toEnforcement(egress: Egress, sensors: RunningSensors): Enforcement {
  const { mechanism, reason, builtIn } = toStatus(egress, sensors);
  return { mechanism, ...(reason === undefined ? {} : { reason }), builtIn };
}

/** With what the command starts without, and what it was to be held to and is not. */
export function toStatus(egress: Egress, sensors: RunningSensors): EgressStatus {
  const status = egress.status();
  const { refuses, withheldCapabilities: asked } = egress.confinement;
  const kept = asked.length === 0 ? [] : findUnwithheld(asked, readOwnStatus());
  const withheld = asked.filter((capability) => !kept.includes(capability));
  const reasons = [
    status.reason,
    refuses && !sensors.holdsCgroup ? MAY_LEAVE : undefined,
    describeUnwithheld(kept),
  ].filter(Boolean);
  return {
    ...status,
    ...(withheld.length > 0 && { withheld: withheld.map((name) => `CAP_${name}`) }),
    ...(reasons.length > 0 && { reason: reasons.join("; ") }),
  };
}

const MAY_LEAVE =
  "without the kernel sensor a job that is root can move to another control group, where it is not judged";

function readOwnStatus(): string {
  return readFileSync("/proc/self/status", "latin1");
}

function describeUnwithheld(names: readonly WithheldCapability[]): string | undefined {
  return names.length === 0
    ? undefined
    : `without the capability SETPCAP a job that becomes root, with sudo perhaps, gets ${names.join(" and ")}, and past the packet filter with it`;
}
