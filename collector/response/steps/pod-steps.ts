/** Ends pods in their cluster, or cuts them off. A pod is known by its uid: one that has its name since is left alone. */
import type { Cluster, Deed, Got, NetworkPolicy, ObjectId, Pod } from "../../kubernetes/cluster.ts";
import { findRunnerOf } from "../../kubernetes/ephemeral-runner-object.ts";
import type { PodOfRun } from "../../stores/response-store.ts";
import type { Acted, Checked, ResponseUnderWay, StepKind, StepKinds } from "../step-kind.ts";

export interface PodStepsOptions {
  /** Undefined: nobody knows that cluster any more. */
  readonly findCluster: (issuer: string) => Cluster | undefined;
}

/** What the deny-all NetworkPolicy in deploy/kustomize/runners/ goes by. */
const QUARANTINE = {
  label: "runner-guard.dev/quarantine",
  value: "true",
  policy: "runner-guard-quarantine",
};
/** Of one request: an API server that hangs is asked again, by another connection. */
const TRY_MS = 4_000;
const RETRY_MS = 250;

type PodSteps = Pick<StepKinds, "label-pod" | "delete-pod" | "force-delete-pod" | "delete-runner">;

export function createPodSteps({ findCluster }: PodStepsOptions): PodSteps {
  const withPod = async <Answer>(
    { target: { pod } }: ResponseUnderWay,
    act: (cluster: Cluster, pod: PodOfRun) => Promise<Answer>,
  ): Promise<Answer | { readonly status: "refused"; readonly answer: string }> => {
    if (pod === null) return { status: "refused", answer: "the run has no pod" };
    const cluster = findCluster(pod.issuer);
    if (cluster !== undefined) return act(cluster, pod);
    return { status: "refused", answer: `no cluster is configured for ${pod.issuer}` };
  };
  const lookForPod: StepKind["check"] = (response, signal) =>
    withPod(response, async (cluster, pod) =>
      judgeGone(await cluster.getPod(toId(pod), { signal: bound(signal, TRY_MS) })),
    );
  const deleteWithin = (graceSeconds: number, actMs: number, checkMs: number): StepKind => ({
    actMs,
    checkMs,
    act: (response, signal) =>
      withPod(response, async (cluster, pod) => {
        const deed = await cluster.deletePod(
          { ...toId(pod), graceSeconds },
          { signal: bound(signal, TRY_MS) },
        );
        const was = deed.status === "done" ? deed.pod : undefined;
        const runnerUid = was === undefined ? undefined : findRunnerOf(was)?.uid;
        const learned = runnerUid === undefined ? {} : { learned: { runnerUid } };
        return { ...toActed(deed, "the cluster ends the pod"), ...learned };
      }),
    check: lookForPod,
  });
  return {
    "label-pod": {
      actMs: 15_000,
      checkMs: 5_000,
      act: (response, signal) =>
        withPod(response, async (cluster, pod) => {
          const labels = { [QUARANTINE.label]: QUARANTINE.value };
          const options = { signal: bound(signal, TRY_MS) };
          const deed = await cluster.labelPod({ ...toId(pod), labels }, options);
          return toActed(deed, "the cluster has labelled the pod");
        }),
      check: (response, signal) =>
        withPod(response, async (cluster, pod) => {
          const options = { signal: bound(signal, TRY_MS) };
          const labelled = judgeLabelled(await cluster.getPod(toId(pod), options));
          if (labelled !== undefined) return labelled;
          const name = { namespace: pod.namespace, name: QUARANTINE.policy };
          return judgePolicy(await cluster.getNetworkPolicy(name, options));
        }),
    },
    "delete-pod": deleteWithin(1, 10_000, 15_000),
    // The object goes at once, whatever its node says: the last resort before its owner.
    "force-delete-pod": deleteWithin(0, 10_000, 10_000),
    "delete-runner": {
      actMs: 10_000,
      checkMs: 20_000,
      act: (response, signal) =>
        withPod(response, async (cluster, { namespace, name }) => {
          const { runnerUid } = response.target;
          if (runnerUid === null) {
            return { status: "refused", answer: "the pod is of no EphemeralRunner that is known" };
          }
          const options = { signal: bound(signal, TRY_MS) };
          const runner = { namespace, name, uid: runnerUid };
          const deed = await cluster.deleteEphemeralRunner(runner, options);
          const isGone = deed.status === "gone" || deed.status === "other-uid";
          // Its pod has to be gone as well, which is looked at.
          if (isGone) return { status: "accepted", answer: "its EphemeralRunner is gone" };
          return toActed(deed, "the cluster ends its EphemeralRunner");
        }),
      check: lookForPod,
    },
  };
}

function toId({ namespace, name, uid }: PodOfRun): ObjectId {
  return { namespace, name, uid };
}

function bound(signal: AbortSignal, milliseconds: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]);
}

function toActed(deed: Deed, done: string): Acted {
  const { status } = deed;
  if (status === "done") return { status: "accepted", answer: done };
  if (status === "gone" || status === "other-uid") return toSettled(status);
  if (status === "conflict") return { status: "retry", answer: deed.message, afterMs: RETRY_MS };
  if (status !== "retryable") return { status: "refused", answer: deed.message };
  const { reason: answer, retryAfterMs } = deed;
  return { status: "retry", answer, afterMs: Math.max(RETRY_MS, retryAfterMs) };
}

function toSettled(status: "gone" | "other-uid") {
  return { status: "settled", answer: toAbsence(status) } as const;
}

function toAbsence(status: "gone" | "other-uid"): string {
  return status === "gone" ? "the pod is gone" : "the pod is gone, and another one has its name";
}

function judgeGone(seen: Got<Pod>): Checked {
  const { status } = seen;
  if (status === "gone" || status === "other-uid") {
    return { status: "worked", answer: toAbsence(status) };
  }
  if (status === "retryable") return { status: "not-yet", answer: seen.reason };
  if (status !== "found") return { status: "refused", answer: seen.message };
  const { isEnding } = seen.value;
  const answer = isEnding ? "the pod has not ended yet" : "the pod is still there";
  return { status: "not-yet", answer };
}

/** Undefined: it has its label, and is as well cut off as there is a policy for that. */
function judgeLabelled(seen: Got<Pod>): Checked | undefined {
  if (seen.status !== "found") return judgeGone(seen);
  const isLabelled = seen.value.labels[QUARANTINE.label] === QUARANTINE.value;
  return isLabelled ? undefined : { status: "not-yet", answer: "the pod lacks its label" };
}

const NOT_HELD = "the pod is labelled, but no policy holds it";

function judgePolicy(seen: Got<NetworkPolicy>): Checked {
  const { label, value, policy } = QUARANTINE;
  if (seen.status === "retryable") return { status: "not-yet", answer: seen.reason };
  if (seen.status === "gone" || seen.status === "other-uid") {
    const answer = `${NOT_HELD}: there is no NetworkPolicy ${policy} in its namespace (quarantine.yaml)`;
    return { status: "refused", answer };
  }
  if (seen.status !== "found") {
    const answer = `${NOT_HELD} that the collector may look at (runners-rbac.yaml): ${seen.message}`;
    return { status: "refused", answer };
  }
  const { isDenyAll, labels, hasExpressions } = seen.value;
  const isForAll = Object.entries(labels).every((one) => one[0] === label && one[1] === value);
  if (isDenyAll && isForAll && !hasExpressions) {
    return {
      status: "worked",
      answer: `the pod is labelled, and the NetworkPolicy ${policy} holds it`,
    };
  }
  const answer = `${NOT_HELD}: the NetworkPolicy ${policy} is not the one in quarantine.yaml`;
  return { status: "refused", answer };
}
