import type { FailOn } from "../../protocol/index.ts";
import { FAIL_ON, type Inputs } from "../inputs/read-inputs.ts";
import type { Environment, Step } from "../runner/step.ts";

export interface Degradation {
  readonly degraded: readonly string[];
  readonly weaknesses?: readonly string[] | undefined;
}

const FAILED = 1;
const NOTED = "fail-on";

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
  step.setState({
    degraded: degraded.join("\n"),
    weaknesses: weaknesses.join("\n"),
    [NOTED]: failOn.join(" "),
  });
  return isFailure ? FAILED : 0;
}

/** That of a policy file too, which is not read again: by then a job may have had its way with it. */
export function readNotedFailOn(environment: Environment): FailOn[] {
  const words = environment[`STATE_${NOTED}`]?.split(" ") ?? [];
  return FAIL_ON.filter((one) => words.includes(one));
}
