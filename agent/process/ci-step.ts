import type { CiStep } from "../../protocol/index.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the step from the variables that each CI system sets; undefined outside of all of them. */
export function toCiStep(environment: Environment): CiStep | undefined {
  return (
    readGithubActions(environment) ??
    readBuildkite(environment) ??
    readGitlab(environment) ??
    readJenkins(environment)
  );
}

function readGithubActions(environment: Environment): CiStep | undefined {
  const step = environment["GITHUB_ACTION"];
  return step
    ? toStep(step, environment["GITHUB_JOB"], environment["GITHUB_ACTION_REPOSITORY"])
    : undefined;
}

function readBuildkite(environment: Environment): CiStep | undefined {
  const label = environment["BUILDKITE_LABEL"];
  const step = environment["BUILDKITE_STEP_KEY"] || label;
  return step ? toStep(step, label) : undefined;
}

function readGitlab(environment: Environment): CiStep | undefined {
  const step = environment["CI_JOB_STAGE"];
  return step ? toStep(step, environment["CI_JOB_NAME"]) : undefined;
}

function readJenkins(environment: Environment): CiStep | undefined {
  const step = environment["STAGE_NAME"];
  return step ? toStep(step, environment["JOB_NAME"]) : undefined;
}

/** Long enough for any name a person gives; a step can set these variables to whatever it likes. */
const MAX_NAME_LENGTH = 256;

function toStep(step: string, job?: string, action?: string): CiStep {
  return {
    step: toBounded(step),
    ...(job ? { job: toBounded(job) } : {}),
    ...(action ? { action: toBounded(action) } : {}),
  };
}

/** A character that is cut in two becomes the replacement character. */
function toBounded(name: string): string {
  return name.slice(0, MAX_NAME_LENGTH).toWellFormed();
}
