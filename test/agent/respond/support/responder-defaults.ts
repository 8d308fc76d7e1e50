import type { ExecObservation, ProcessRef } from "../../../../agent/observation.ts";
import type { ResponderOptions } from "../../../../agent/respond/responder.ts";

export const RESPONDER_DEFAULTS = {
  scope: "command",
  guardPid: process.pid,
  cgroup: null,
  neverKill: [],
  maxKillsPerMinute: 5,
  maxProcesses: 65_536,
  takeEvidence: () => Promise.resolve(),
  evidenceMs: 50,
  catchUp: () => Promise.resolve(),
  onJobKilled: () => undefined,
  now: () => performance.now(),
} as const satisfies ResponderOptions;

export function toExec(
  { pid, startTicks }: ProcessRef,
  parent: ProcessRef,
  executable: string,
): ExecObservation {
  return {
    kind: "exec",
    at: 0,
    process: { pid, startTicks },
    parent,
    executable,
    args: [],
    argsTruncated: false,
    workingDirectory: "/",
    userId: 0,
    groupId: 0,
    image: "file",
    environment: {},
    origin: "live",
  };
}
