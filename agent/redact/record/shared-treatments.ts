/** The small shapes that events and report share. */
import type {
  CiContext,
  CiStep,
  Enforcement,
  Mode,
  SensorStatus,
} from "../../../protocol/index.ts";
import type { Treatment } from "./treatment.ts";

export const REPEATS = { count: "fixed", firstSeen: "fixed", lastSeen: "fixed" } as const;

export const LIST_OF_TEXTS = { each: "text" } as const;

export const SENSOR_STATUS: Treatment<SensorStatus> = {
  members: {
    name: "fixed",
    status: "fixed",
    reason: "text",
    eventsSeen: "fixed",
    eventsDropped: "fixed",
  },
};

export const MODE: Treatment<Mode> = {
  members: { requested: "fixed", effective: "fixed", reasons: LIST_OF_TEXTS },
};

/** Built-in sets are the guard's own words. */
export const ENFORCEMENT = {
  members: { mechanism: "fixed", reason: "text", builtIn: "fixed" },
} as const satisfies Treatment<Enforcement>;

export const DESTINATION = {
  members: { ip: "fixed", port: "fixed", domain: "text", path: "text" },
} as const;

/** What identifies a run is told by the CI system; a branch is named by anybody. */
export const CI_CONTEXT: Treatment<CiContext> = {
  members: {
    provider: "fixed",
    repository: "text",
    workflow: "text",
    job: "text",
    runId: "text",
    runAttempt: "text",
    ref: "text",
    sha: "text",
    actor: "text",
  },
};

export const CI_STEP: Treatment<CiStep> = {
  members: { job: "text", step: "text", action: "text" },
};

export const PRELOAD = { members: { LD_PRELOAD: "text", LD_AUDIT: "text" } } as const;
