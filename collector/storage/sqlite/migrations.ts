import { BASELINES_AND_RESPONSES } from "./migrations/baselines-and-responses.ts";
import { FINDINGS } from "./migrations/findings.ts";
import { INCIDENTS } from "./migrations/incidents.ts";
import { RUNS_AND_EVENTS } from "./migrations/runs-and-events.ts";
import { SINCE_INCIDENTS } from "./migrations/since-incidents.ts";
import { USAGE } from "./migrations/usage.ts";

/**
 * The schema, as the steps that lead to it. A step that was released is never changed: what is there was made by it. The number of a
 * step is SQLite's `user_version` after it.
 */
export const MIGRATIONS: readonly string[] = [
  ...RUNS_AND_EVENTS,
  ...USAGE,
  ...FINDINGS,
  ...BASELINES_AND_RESPONSES,
  ...INCIDENTS,
  ...SINCE_INCIDENTS,
];
