/** Which step comes next, by what became of those before. Knows no clock: a response that was interrupted goes on where it was. */
import type {
  NewResponse,
  ResponseStep,
  ResponseStepName,
  ResponseTarget,
} from "../stores/response-store.ts";

export type PlannedStep =
  | { readonly next: ResponseStepName }
  /** `failed`: there is nothing left to try. */
  | { readonly end: "done" | "failed" };

type Plannable = Pick<NewResponse, "action" | "steps" | "target">;

const POD_LADDER: readonly ResponseStepName[] = ["delete-pod", "force-delete-pod", "delete-runner"];

export function planStep({ action, steps, target }: Plannable): PlannedStep {
  const last = steps.at(-1);
  if (last?.outcome === "running") return { next: last.step };
  if (action === "quarantine-pod") return climb(steps, ["label-pod"]);
  if (action === "cancel-run") return climb(steps, ["cancel-run", "force-cancel-run"]);
  if (action === "kill-job") return planKillJob(steps, target);
  return hasWorked(steps, "await-agent") ? { end: "done" } : planKillPod(steps, target);
}

function planKillJob(steps: readonly ResponseStep[], target: ResponseTarget): PlannedStep {
  const first = isTaken(steps, "await-agent") ? "await-agent" : "ask-agent";
  if (!isTaken(steps, first)) return { next: first };
  // Of a guard's word there is no more to be had; it is told as what it is.
  if (hasWorked(steps, first) || steps.at(-1)?.outcome === "unverified") return { end: "done" };
  return target.pod === null ? { end: "failed" } : planKillPod(steps, target);
}

function planKillPod(steps: readonly ResponseStep[], { runnerUid }: ResponseTarget): PlannedStep {
  const ofPod = steps.filter(({ step }) => POD_LADDER.includes(step));
  if (ofPod.some(({ outcome }) => outcome === "worked")) {
    // From a pod that just disappears its runner is made anew. What becomes of that is told, and the pod is gone all the same.
    const isOver = runnerUid === null || isTaken(steps, "delete-runner");
    return isOver ? { end: "done" } : { next: "delete-runner" };
  }
  const [deleted] = ofPod;
  // Its cluster cannot be asked, or does not let us: the guard still may be heard. After a pod is on its way out nobody is.
  if (deleted?.acceptedAt === null && !isTaken(steps, "ask-agent")) return { next: "ask-agent" };
  return climb(ofPod, POD_LADDER);
}

/** The first one that was not taken, until one has worked. */
function climb(steps: readonly ResponseStep[], ladder: readonly ResponseStepName[]): PlannedStep {
  if (steps.some(({ outcome }) => outcome === "worked")) return { end: "done" };
  const next = ladder.find((step) => !isTaken(steps, step));
  return next === undefined ? { end: "failed" } : { next };
}

function isTaken(steps: readonly ResponseStep[], name: ResponseStepName): boolean {
  return steps.some(({ step }) => step === name);
}

function hasWorked(steps: readonly ResponseStep[], name: ResponseStepName): boolean {
  return steps.some(({ step, outcome }) => step === name && outcome === "worked");
}
