/** What a step of a response is for its run: what it is called from then on, and whether its session is over. */
import type {
  ContainedRun,
  Containment,
  NewResponse,
  ResponseStepName,
} from "../stores/response-store.ts";

export interface StepSeen {
  readonly step: ResponseStepName;
  /** Or else somebody has said yes to it. */
  readonly hasWorked: boolean;
  /** The pod was gone, or the run over, by itself: nobody here has killed it. */
  readonly isFoundGone: boolean;
}

/** Of a pod that is on its way out. */
const ENDS_POD: readonly ResponseStepName[] = ["delete-pod", "force-delete-pod", "delete-runner"];
const ENDS_JOB: readonly ResponseStepName[] = [
  ...ENDS_POD,
  "await-agent",
  "ask-agent",
  "cancel-run",
  "force-cancel-run",
];

/** Undefined: it changes nothing. */
export function findContained(
  { runId, target: { pod }, isAutomatic, changedAt: at }: NewResponse,
  { step, hasWorked, isFoundGone }: StepSeen,
): ContainedRun | undefined {
  const killed: Containment = isAutomatic ? "killed-by-rule" : "killed-by-operator";
  if (ENDS_POD.includes(step) && pod !== null) {
    return { runId, how: isFoundGone ? null : killed, revokedPod: pod, at };
  }
  if (!hasWorked || isFoundGone) return undefined;
  if (step === "label-pod") return { runId, how: "quarantined", revokedPod: null, at };
  return ENDS_JOB.includes(step) ? { runId, how: killed, revokedPod: null, at } : undefined;
}

/** Where nobody can end a pod from here: then nobody hears what it says either. */
export function findGivenUp({
  runId,
  state,
  target: { pod },
  steps,
  changedAt: at,
}: NewResponse): ContainedRun | undefined {
  const isAllTried = ENDS_POD.every((name) => steps.some(({ step }) => step === name));
  if (state !== "failed" || pod === null || !isAllTried) return undefined;
  return { runId, how: null, revokedPod: pod, at };
}
