import type { Inputs } from "../inputs/read-inputs.ts";
import type { Step } from "../runner/step.ts";

const FAILED = 1;

/** In the log, beside the job, and for the phases to come. Returns the exit status. */
export function tellDegraded(
  step: Step,
  { failOn }: Pick<Inputs, "failOn">,
  reasons: readonly string[],
): number {
  const isFailure = failOn.includes("degraded") && reasons.length > 0;
  for (const reason of reasons)
    step.annotate(isFailure ? "error" : "warning", `Degraded: ${reason}.`);
  step.setState({ degraded: reasons.join("\n") });
  return isFailure ? FAILED : 0;
}
