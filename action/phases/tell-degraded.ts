import type { Inputs } from "../inputs/read-inputs.ts";
import type { Step } from "../runner/step.ts";

export interface Degradation {
  readonly degraded: readonly string[];
  readonly weaknesses?: readonly string[] | undefined;
}

const FAILED = 1;

/**
 * In the log, beside the job, and for the phases to come. `weaknesses` are the guard's own, which its report tells as well. Returns the
 * exit status.
 */
export function tellDegraded(
  step: Step,
  { failOn }: Pick<Inputs, "failOn">,
  { degraded, weaknesses = [] }: Degradation,
): number {
  const reasons = [...degraded, ...weaknesses];
  const isFailure = failOn.includes("degraded") && reasons.length > 0;
  for (const reason of reasons)
    step.annotate(isFailure ? "error" : "warning", `Degraded: ${reason}.`);
  step.setState({ degraded: degraded.join("\n"), weaknesses: weaknesses.join("\n") });
  return isFailure ? FAILED : 0;
}
