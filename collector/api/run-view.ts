import type { StoredRun } from "../event-store.ts";

/** A run as the API shows it. Times are RFC 3339 in UTC. */
export function toRunView(run: StoredRun) {
  return {
    id: run.id,
    guardRunId: run.guardRunId,
    state: run.state,
    version: run.version,
    scope: run.scope,
    mode: { requested: run.requestedMode, effective: run.effectiveMode },
    ci: run.ci,
    identity: run.identity,
    startedAt: toTime(run.startedAt),
    lastSeenAt: toTime(run.lastSeenAt),
    endedAt: run.endedAt === null ? null : toTime(run.endedAt),
    exitCode: run.exitCode,
    events: run.acknowledged,
    findings: run.findings,
    dropped: run.dropped,
    deadLetters: run.deadLetters,
  };
}

function toTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
