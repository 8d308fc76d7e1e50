import type { Severity } from "../../protocol/index.ts";
import type { CheckResult } from "./posture.ts";

/**
 * What a failed check takes from 100. Two critical ones leave half a runner, and as many as there are leave nothing: a score
 * compares runners, and the checks say what to do.
 */
const COSTS: Readonly<Record<Severity, number>> = {
  critical: 25,
  high: 12,
  medium: 5,
  low: 2,
  info: 0,
};

/** What is unknown costs nothing: it is shown as unknown. */
export function toScore(checks: readonly Pick<CheckResult, "status" | "severity">[]): number {
  const cost = checks
    .filter(({ status }) => status === "failed")
    .reduce((sum, { severity }) => sum + COSTS[severity], 0);
  return Math.max(0, 100 - cost);
}
