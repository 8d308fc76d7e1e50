/** A response as it is stored, of which a test says what matters to it. */
import type { NewResponse, PodOfRun } from "../../../../collector/stores/response-store.ts";

export const POD: PodOfRun = {
  issuer: "https://cluster",
  namespace: "arc-runners",
  name: "runner-1",
  uid: "7a1c5f0e-0000-4000-8000-000000000001",
};

export function newResponse(given: Partial<NewResponse> = {}): NewResponse {
  return {
    id: "response-1",
    tenant: "default",
    runId: "run",
    findingId: "reverse-shell-1",
    rule: "reverse-shell",
    action: "kill-pod",
    isAutomatic: true,
    by: "rule reverse-shell",
    reason: "reverse-shell of severity critical",
    withheld: null,
    countedAt: 5_000,
    state: "decided",
    steps: [],
    retries: 0,
    target: { pod: POD, workflowRun: null, runnerUid: null, commandNumber: null },
    decidedAt: 5_000,
    changedAt: 5_000,
    ...given,
  };
}
