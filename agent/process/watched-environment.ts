/** The only environment variables of a job's processes that the agent looks at; all others are never kept. */
import { JOB_MARKS } from "./ci-job.ts";
import { STEP_VARIABLES } from "./ci-step.ts";

/** What the dynamic linker loads into a program besides its own libraries, and where it looks for that (ld.so(8)). */
const PRELOAD_VARIABLES = ["LD_PRELOAD", "LD_AUDIT", "LD_LIBRARY_PATH"];

/** By which GitHub's runner finds what a job left running. */
const TRACKING_VARIABLES = ["RUNNER_TRACKING_ID"];

export const WATCHED_ENVIRONMENT: readonly string[] = [
  ...new Set([...PRELOAD_VARIABLES, ...TRACKING_VARIABLES, ...STEP_VARIABLES, ...JOB_MARKS]),
];
