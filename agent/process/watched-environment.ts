/** The only environment variables of a job's processes that the agent looks at; all others are never kept. */
import { STEP_VARIABLES } from "./ci-step.ts";

/** What the dynamic linker loads into a program besides its own libraries (ld.so(8)). */
const PRELOAD_VARIABLES = ["LD_PRELOAD", "LD_AUDIT"];

export const WATCHED_ENVIRONMENT: readonly string[] = [...PRELOAD_VARIABLES, ...STEP_VARIABLES];
