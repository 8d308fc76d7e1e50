import { DEFAULT_KILLS_PER_MINUTE } from "../../protocol/kill-limit.ts";
import type { Egress } from "../egress/egress.ts";
import type { ProcessRef } from "../observation.ts";
import { isOfCiJob } from "../process/ci-job.ts";
import { toProcessId } from "../process/process-id.ts";
import { createGuardRules, type GuardRules } from "./guard-rules.ts";
import type { GuardOptions } from "./guard.ts";
import type { RunRecord } from "./record.ts";

interface RunRulesParts {
  readonly options: GuardOptions;
  readonly record: RunRecord;
  readonly egress: Egress;
  readonly catchUp: () => Promise<void>;
  readonly onRunner: (runner: ProcessRef) => void;
}

/** The rules and responses of this guard, as its options, its policy and its means of enforcing have them. */
export function createRunRules({
  options: {
    policy,
    scope,
    workingDirectory,
    workspace,
    home,
    clusterApi,
    ownPlaces,
    incidentDirectory,
    runId,
    redaction,
  },
  record: { tree, parts, recent },
  egress: { judge, names, confinement },
  catchUp,
  onRunner,
}: RunRulesParts): GuardRules {
  return createGuardRules({
    settings: policy?.rules ?? {},
    stream: parts.stream,
    network: {
      judge,
      judgeName: names.judge,
      knowsNames: names.areSeen,
      isResolver: names.isResolver,
    },
    place: {
      workspace: workspace ?? workingDirectory,
      home,
      clusterApi,
      guardPid: process.pid,
      scope: scope.type,
      own: ownPlaces,
    },
    toId: toProcessId,
    stepOf: (pid) => tree.withPid(pid)?.step,
    responses: {
      cgroup: confinement.guardedCgroup?.path ?? null,
      neverKill: policy?.responses["never-kill"] ?? [],
      maxKillsPerMinute: policy?.responses["max-kills-per-minute"] ?? DEFAULT_KILLS_PER_MINUTE,
      catchUp,
      onRunner,
      isOfCiJob,
    },
    incidents:
      incidentDirectory === undefined
        ? null
        : {
            directory: incidentDirectory,
            runId,
            recentEvents: () => recent.list(),
            redactText: (text) => redaction.redactText(text),
          },
  });
}
