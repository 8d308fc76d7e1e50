/** What of each event is text of the job's. */
import type { GuardEvent, GuardEventKind, GuardEventOf } from "../../../protocol/index.ts";
import type { Found } from "../found.ts";
import { createRecordRedactor } from "./record-redactor.ts";
import {
  CI_CONTEXT,
  CONNECTION,
  DNS_QUERY,
  EGRESS_IN_FORCE,
  ENFORCEMENT,
  FILE_WRITTEN,
  FINDING,
  LOCKDOWN,
  MODE,
  POSTURE_CHECK,
  PRIVILEGED_OPERATION,
  PROCESS,
  REPEATS,
  SECRET_FOUND,
  SENSOR_STATUS,
} from "./shared-treatments.ts";
import type { TextRedaction } from "./text-redaction.ts";
import type { Treatment } from "./treatment.ts";

const ENVELOPE = { seq: "fixed", observedAt: "fixed", kind: "fixed" } as const;

/** Rules stay: they are the policy's own lines, and what a reader looks for in it. */
const TREATMENTS: { readonly [Kind in GuardEventKind]: Treatment<GuardEventOf<Kind>> } = {
  "guard-started": {
    members: {
      ...ENVELOPE,
      runId: "fixed",
      version: "fixed",
      command: "command-line",
      scope: "fixed",
      mode: MODE,
      enforcement: ENFORCEMENT,
      lockdown: LOCKDOWN,
      egress: EGRESS_IN_FORCE,
      sensors: { each: SENSOR_STATUS },
      ci: CI_CONTEXT,
    },
  },
  "guard-stopped": {
    members: {
      ...ENVELOPE,
      runId: "fixed",
      exitCode: "fixed",
      signal: "fixed",
      sensors: { each: SENSOR_STATUS },
    },
  },
  heartbeat: { members: { ...ENVELOPE, sensors: { each: SENSOR_STATUS } } },
  "events-dropped": "fixed",
  "process-started": {
    members: {
      ...ENVELOPE,
      process: "fixed",
      parent: "fixed",
      pid: "fixed",
      ...PROCESS,
    },
  },
  "process-exited": "fixed",
  connection: {
    members: {
      ...ENVELOPE,
      ...REPEATS,
      process: "fixed",
      ...CONNECTION,
    },
  },
  "dns-query": {
    members: {
      ...ENVELOPE,
      ...REPEATS,
      process: "fixed",
      ...DNS_QUERY,
    },
  },
  "file-written": {
    members: {
      ...ENVELOPE,
      ...REPEATS,
      process: "fixed",
      ...FILE_WRITTEN,
    },
  },
  "file-read": { members: { ...ENVELOPE, ...REPEATS, process: "fixed", path: "text" } },
  "memory-access": "fixed",
  "privileged-operation": {
    members: {
      ...ENVELOPE,
      ...REPEATS,
      process: "fixed",
      ...PRIVILEGED_OPERATION,
    },
  },
  finding: {
    members: {
      ...ENVELOPE,
      process: "fixed",
      ...FINDING,
    },
  },
  "secret-found": {
    members: {
      ...ENVELOPE,
      ...REPEATS,
      ...SECRET_FOUND,
    },
  },
  "resource-sample": "fixed",
  posture: {
    members: {
      ...ENVELOPE,
      score: "fixed",
      checks: { each: { members: { ...POSTURE_CHECK, status: "fixed" } } },
    },
  },
};

const REDACTORS = new Map(
  Object.entries(TREATMENTS).map(([kind, treatment]) => [
    kind,
    createRecordRedactor<GuardEvent>(treatment),
  ]),
);

/** Takes secrets out of an event, and tells of each of them, with the event as it has become. */
export function createEventRedactor(
  redaction: TextRedaction,
  onFound: (found: Found, event: GuardEvent) => void,
): (event: GuardEvent) => GuardEvent {
  return (event) => {
    const found: Found[] = [];
    const redact = REDACTORS.get(event.kind);
    const redacted = redact?.(event, redaction, (it) => found.push(it)) ?? event;
    for (const it of found) onFound(it, redacted);
    return redacted;
  };
}
