import type { Enforcement, EnforcementMode, Mode } from "../../../protocol/index.ts";

/** Auditing can be had everywhere. Blocking takes means, and what is missing is said. */
export function toModeInForce(
  requested: EnforcementMode,
  { mechanism, reason = "nothing stands between the job and the network" }: Enforcement,
): Mode {
  if (requested === "audit") return { requested, effective: "audit", reasons: [] };
  if (mechanism === "nftables") return { requested, effective: "block", reasons: [] };
  return {
    requested,
    effective: mechanism === "dns" ? "block (names only)" : "audit",
    reasons: [reason],
  };
}
