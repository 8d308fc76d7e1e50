/** Cancels a run of a workflow, with all of its jobs. */
import type { ResponseUnderWay, StepKind, StepKinds } from "../step-kind.ts";
import type { GithubRuns } from "./github-server.ts";

/** A limit of GitHub's may last for minutes; a job that cleans up after itself has five. */
const ACT_MS = 120_000;
const CHECK_MS = 60_000;
const FORCE_CHECK_MS = 120_000;
const NONE = { status: "refused", answer: "nobody vouches for a run of GitHub's" } as const;

export function createWorkflowSteps(
  github: GithubRuns,
): Pick<StepKinds, "cancel-run" | "force-cancel-run"> {
  const check = ({ tenant, target: { workflowRun } }: ResponseUnderWay, signal: AbortSignal) =>
    workflowRun === null ? Promise.resolve(NONE) : github.check({ ...workflowRun, tenant }, signal);
  const cancel = (how: "cancel" | "force-cancel", checkMs: number): StepKind => ({
    actMs: ACT_MS,
    checkMs,
    act: ({ tenant, target: { workflowRun } }, signal) =>
      workflowRun === null
        ? Promise.resolve(NONE)
        : github.cancel({ ...workflowRun, tenant }, how, signal),
    check,
  });
  return {
    "cancel-run": cancel("cancel", CHECK_MS),
    "force-cancel-run": cancel("force-cancel", FORCE_CHECK_MS),
  };
}
