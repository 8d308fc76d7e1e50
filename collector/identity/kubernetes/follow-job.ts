/** Which job a runner's pod has: what its EphemeralRunner says of itself, which actions-runner-controller writes and the pod does not. */
import type { CiContext } from "../../../protocol/index.ts";
import type { Cluster, Got, Pod, RunnerJob } from "../../kubernetes/cluster.ts";
import { findRunnerOf } from "../../kubernetes/ephemeral-runner-object.ts";
import { describeTrouble } from "../../kubernetes/read-answer.ts";
import { readWorkflowRef } from "../workflow-ref.ts";

export type FoundJob =
  | {
      readonly status: "found";
      readonly ci: CiContext;
      readonly facts: Readonly<Record<string, string>>;
    }
  /** It has none yet. */
  | { readonly status: "none-yet" }
  /** It is no runner's, or is gone: there will never be one. */
  | { readonly status: "never"; readonly reason: string };

/** To be called again while there is none yet. Rejects where the cluster cannot be asked. */
export type FollowJob = () => Promise<FoundJob>;

export function followJob(
  cluster: Pick<Cluster, "getPod" | "getEphemeralRunner">,
  pod: Pick<Pod, "namespace" | "name" | "uid">,
): FollowJob {
  const { namespace, name } = pod;
  let runnerUid: string | undefined;
  return async () => {
    if (runnerUid === undefined) {
      const object = toValue(await cluster.getPod(pod));
      const owner = object === undefined ? undefined : findRunnerOf(object);
      if (owner === undefined) return { status: "never", reason: "no-runner" };
      runnerUid = owner.uid;
    }
    const runner = toValue(await cluster.getEphemeralRunner({ namespace, name, uid: runnerUid }));
    return runner === undefined ? { status: "never", reason: "runner-gone" } : toFound(runner.job);
  };
}

function toFound(job: RunnerJob): FoundJob {
  const { repository, workflowRef, displayName, workflowRunId } = job;
  if (repository === "" || workflowRunId === 0) return { status: "none-yet" };
  const { path, ref } = readWorkflowRef(workflowRef, repository);
  const ci: CiContext = {
    provider: "github-actions",
    repository,
    runId: String(workflowRunId),
    ...(displayName !== "" && { job: displayName }),
    ...(ref !== undefined && { ref }),
  };
  const facts = { workflowPath: path, workflowRef, runnerName: job.runnerName };
  return { status: "found", ci, facts };
}

/** Undefined: it is not there any more. */
function toValue<Value>(got: Got<Value>): Value | undefined {
  if (got.status === "found") return got.value;
  if (got.status === "gone" || got.status === "other-uid") return undefined;
  throw new Error(describeTrouble(got));
}
