/** A run as the API shows it. Times are RFC 3339 in UTC. */
import { z } from "zod";

import {
  ciContextSchema,
  effectiveModeSchema,
  enforcementModeSchema,
  guardScopeSchema,
  runIdentitySchema,
} from "../../protocol/index.ts";
import { LEVEL_MECHANISMS, LEVEL_SENSORS } from "../stores/batch.ts";
import { RUN_OUTCOMES, type ShownRun } from "../stores/run-queries.ts";
import { toTime } from "./to-time.ts";

export const RUN_STATES = ["live", "silent", "over"] as const;

export const runViewSchema = z.object({
  id: z.uuid().describe("The collector's name of the run, which all paths have."),
  guardRunId: z.string().describe("The guard's own, as in its report and its events."),
  state: z
    .enum(RUN_STATES)
    .describe("silent: it sent nothing for two minutes, nor a goodbye. over: it said goodbye."),
  outcome: z
    .enum(RUN_OUTCOMES)
    .describe(
      "What became of it: running and silent until its guard has told that it stopped; killed-by-operator where the guard obeyed a kill; killed-by-rule where it ended the job itself and has stopped since, or a response did; succeeded or failed as the command exited; ended of a pod or a machine.",
    ),
  version: z.string(),
  scope: guardScopeSchema,
  mode: z
    .object({
      requested: enforcementModeSchema,
      effective: effectiveModeSchema,
      blockedByOperator: z
        .boolean()
        .describe("It is in block mode since an operator had it so, and the guard obeyed."),
    })
    .describe("As it is now."),
  level: z
    .object({ sensor: z.enum(LEVEL_SENSORS), enforcement: z.enum(LEVEL_MECHANISMS) })
    .nullable()
    .describe(
      "What its guard had to see and to hold the job with, as it began. proc: it looks at /proc, where what is short is not seen.",
    ),
  ci: ciContextSchema.nullable(),
  identity: runIdentitySchema.nullable().describe("Null: nobody but its agent says whose it is."),
  startedAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  exitCode: z
    .int()
    .nullable()
    .describe("The command's own. Null while it runs, and where a signal ended it."),
  events: z.int(),
  findings: z.int(),
  unusual: z
    .int()
    .describe("Findings of destinations that the baseline of the run's job does not know."),
  dropped: z.int(),
  deadLetters: z.int(),
});
type RunView = z.infer<typeof runViewSchema>;

export function toRunView(run: ShownRun): RunView {
  const { isBlockedSince } = run;
  return {
    id: run.id,
    guardRunId: run.guardRunId,
    state: run.state,
    outcome: run.outcome,
    version: run.version,
    scope: run.scope,
    mode: {
      requested: isBlockedSince ? "block" : run.requestedMode,
      effective: isBlockedSince ? "block" : run.effectiveMode,
      blockedByOperator: isBlockedSince,
    },
    level: run.level,
    ci: run.ci,
    identity: run.identity,
    startedAt: toTime(run.startedAt),
    lastSeenAt: toTime(run.lastSeenAt),
    endedAt: run.endedAt === null ? null : toTime(run.endedAt),
    exitCode: run.exitCode,
    events: run.acknowledged,
    findings: run.findings,
    unusual: run.unusual,
    dropped: run.dropped,
    deadLetters: run.deadLetters,
  };
}
