/** The only environment variables of a job's processes that the agent looks at; all others are never kept. */

/** What the dynamic linker loads into a program besides its own libraries (ld.so(8)). */
const PRELOAD_VARIABLES = ["LD_PRELOAD", "LD_AUDIT"] as const;

/** What CI runners set for each step or job. Sources: the predefined variables that each vendor documents. */
export const STEP_VARIABLES = [
  "GITHUB_ACTION",
  "GITHUB_ACTION_REPOSITORY",
  "GITHUB_JOB",
  "CI_JOB_NAME",
  "CI_JOB_STAGE",
  "STAGE_NAME",
  "JOB_NAME",
  "BUILDKITE_STEP_KEY",
  "BUILDKITE_LABEL",
] as const;

export const WATCHED_ENVIRONMENT: readonly string[] = [...PRELOAD_VARIABLES, ...STEP_VARIABLES];
