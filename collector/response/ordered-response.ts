/** What an operator asks for, of a run where it can be had. */
import { randomUUID } from "node:crypto";

import { RequestProblem } from "../errors.ts";
import type { StoredRun } from "../stores/event-store.ts";
import type { NewResponse, ResponseAction } from "../stores/response-store.ts";
import { type RunToRespond, toRunToRespond } from "./run-to-respond.ts";

interface Ordered {
  readonly action: ResponseAction;
  readonly reason: string;
  readonly by: string;
}

/** Throws `bad-request` and `run-over`. */
export function toOrdered(
  { action, reason, by }: Ordered,
  stored: StoredRun,
  at: number,
): NewResponse {
  const run = toRunToRespond(stored);
  checkPossible(action, run);
  const { tenant, runId, pod, workflowRun } = run;
  return {
    id: randomUUID(),
    tenant,
    runId,
    findingId: null,
    rule: null,
    action,
    isAutomatic: false,
    by,
    reason,
    withheld: null,
    countedAt: at,
    state: "decided",
    steps: [],
    retries: 0,
    target: { pod, workflowRun, runnerUid: null, commandNumber: null },
    decidedAt: at,
    changedAt: at,
  };
}

function checkPossible(action: ResponseAction, { pod, workflowRun, isOver }: RunToRespond): void {
  switch (action) {
    case "kill-pod":
    case "quarantine-pod":
      if (pod !== null) return;
      throw new RequestProblem(
        "bad-request",
        `action: no cluster vouches for a pod of this run, so that there is none to ${action}; what its agent can be asked for is kill-job`,
      );
    case "cancel-run":
      if (workflowRun !== null) return;
      throw new RequestProblem(
        "bad-request",
        "action: nobody but its agent says which run of GitHub's this is, so that none is cancelled; what it can be asked for is kill-job",
      );
    case "kill-job":
      if (!isOver) return;
      throw new RequestProblem("run-over", "the run is over");
  }
}
