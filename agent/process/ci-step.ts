import type { CiStep } from "../../protocol/index.ts";
import { toBounded } from "./bounded-text.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The variables from which a step is told. */
interface StepSource {
  /** The first of them that is there and not empty. */
  readonly step: readonly string[];
  readonly job: string;
  readonly action?: string;
}

/**
 * What CI runners set for each step or job, the system that is least often imitated by others first. Sources: the
 * predefined variables that each vendor documents.
 */
const SOURCES: readonly StepSource[] = [
  { step: ["GITHUB_ACTION"], job: "GITHUB_JOB", action: "GITHUB_ACTION_REPOSITORY" },
  { step: ["BUILDKITE_STEP_KEY", "BUILDKITE_LABEL"], job: "BUILDKITE_LABEL" },
  { step: ["CI_JOB_STAGE"], job: "CI_JOB_NAME" },
  // What runs outside of a pipeline's stages, and a job that is no pipeline, goes by its job.
  { step: ["STAGE_NAME", "JOB_BASE_NAME"], job: "JOB_NAME" },
];

/** All that `toCiStep` looks at. */
export const STEP_VARIABLES: readonly string[] = [...new Set(SOURCES.flatMap(toNames))];

/** Long enough for any name a person gives; a step can set these variables to whatever it likes. */
const MAX_NAME_LENGTH = 256;

/** Reads the step from the variables that each CI system sets; undefined outside of all of them. */
export function toCiStep(environment: Environment): CiStep | undefined {
  for (const source of SOURCES) {
    const step = source.step.map((name) => environment[name]).find(Boolean);
    if (step === undefined) continue;
    const job = environment[source.job];
    const action = source.action === undefined ? undefined : environment[source.action];
    return {
      step: toBounded(step, MAX_NAME_LENGTH),
      ...(job ? { job: toBounded(job, MAX_NAME_LENGTH) } : {}),
      ...(action ? { action: toBounded(action, MAX_NAME_LENGTH) } : {}),
    };
  }
  return undefined;
}

function toNames({ step, job, action }: StepSource): string[] {
  return [...step, job, ...(action === undefined ? [] : [action])];
}
