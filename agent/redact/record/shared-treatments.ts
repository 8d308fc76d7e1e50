/** The members that events and report share. */
import type {
  CiContext,
  CiStep,
  EgressInForce,
  Enforcement,
  Lockdown,
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

/** Whoever writes a policy may have put a token into a name. */
export const EGRESS_IN_FORCE: Treatment<EgressInForce> = {
  members: {
    unrestricted: "fixed",
    allow: LIST_OF_TEXTS,
    deny: LIST_OF_TEXTS,
    moreAllowed: "fixed",
    moreDenied: "fixed",
    dns: "fixed",
    sni: "fixed",
  },
};

export const LOCKDOWN: Treatment<Lockdown> = {
  members: { sudo: "fixed", containers: "fixed", reasons: LIST_OF_TEXTS },
};

const DESTINATION = {
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

const CI_STEP: Treatment<CiStep> = {
  members: { job: "text", step: "text", action: "text" },
};

const PRELOAD = { members: { LD_PRELOAD: "text", LD_AUDIT: "text" } } as const;

export const PROCESS = {
  executed: "fixed",
  executable: "text",
  args: "command-line",
  argsTruncated: "fixed",
  script: "text",
  workingDirectory: "text",
  userId: "fixed",
  groupId: "fixed",
  image: "fixed",
  cgroup: "text",
  stdin: "fixed",
  stdout: "fixed",
  stderr: "fixed",
  preload: PRELOAD,
  step: CI_STEP,
} as const;

export const CONNECTION = {
  network: "fixed",
  destination: DESTINATION,
  verdict: "fixed",
  rule: "fixed",
  results: "fixed",
  bytesSent: "fixed",
  bytesReceived: "fixed",
  packetsRefused: "fixed",
} as const;

export const DNS_QUERY = {
  name: "text",
  type: "fixed",
  verdict: "fixed",
  rule: "fixed",
  answers: LIST_OF_TEXTS,
  failure: "text",
} as const;

export const FILE_WRITTEN = {
  path: "text",
  operation: "fixed",
  originalPath: "text",
  mode: "fixed",
} as const;

export const PRIVILEGED_OPERATION = {
  operation: "fixed",
  detail: "text",
  succeeded: "fixed",
} as const;

export const FINDING = {
  id: "fixed",
  rule: "fixed",
  severity: "fixed",
  technique: "fixed",
  message: "text",
  evidence: "whole",
  response: "fixed",
  ...REPEATS,
} as const;

export const POSTURE_CHECK = { id: "fixed", severity: "fixed", message: "text" } as const;

export const SECRET_FOUND = {
  rule: "fixed",
  fingerprint: "fixed",
  where: "text",
  encodings: "fixed",
  confidence: "fixed",
  line: "fixed",
  source: "text",
  step: CI_STEP,
} as const;
