/**
 * Which job a runner's pod has: what its EphemeralRunner says of itself, which actions-runner-controller writes and the pod does not
 * (apis/actions.github.com/v1alpha1/ephemeralrunner_types.go there).
 */
import { z } from "zod";

import type { CiContext } from "../../../protocol/index.ts";
import { readWorkflowRef } from "../workflow-ref.ts";
import type { ClusterApi } from "./cluster-api.ts";
import type { Pod } from "./pod.ts";

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

const MAX_TEXT = 1_024;
const textSchema = z.string().max(MAX_TEXT).default("");

const metadataSchema = z.object({ name: z.string(), uid: z.string() });
const podObjectSchema = z.object({
  metadata: metadataSchema.extend({
    ownerReferences: z
      .array(
        z.object({
          apiVersion: z.string(),
          kind: z.string(),
          name: z.string(),
          uid: z.string(),
          controller: z.boolean().default(false),
        }),
      )
      .default([]),
  }),
});
const runnerSchema = z.object({
  metadata: metadataSchema,
  status: z
    .object({
      jobRepositoryName: textSchema,
      jobWorkflowRef: textSchema,
      jobDisplayName: textSchema,
      workflowRunId: z.int().nonnegative().default(0),
      runnerName: textSchema,
    })
    .default({
      jobRepositoryName: "",
      jobWorkflowRef: "",
      jobDisplayName: "",
      workflowRunId: 0,
      runnerName: "",
    }),
});
type RunnerStatus = z.infer<typeof runnerSchema>["status"];

const GROUP = "actions.github.com/";

export function followJob(
  api: Pick<ClusterApi, "get">,
  pod: Pick<Pod, "namespace" | "name" | "uid">,
): FollowJob {
  let runnerUid: string | undefined;
  const namespace = encodeURIComponent(pod.namespace);
  const name = encodeURIComponent(pod.name);
  return async () => {
    if (runnerUid === undefined) {
      const object = await read(
        api,
        `/api/v1/namespaces/${namespace}/pods/${name}`,
        podObjectSchema,
      );
      const owner = object?.metadata.uid === pod.uid ? findOwner(object, pod.name) : undefined;
      if (owner === undefined) return { status: "never", reason: "no-runner" };
      runnerUid = owner.uid;
    }
    const path = `/apis/${GROUP}v1alpha1/namespaces/${namespace}/ephemeralrunners/${name}`;
    const runner = await read(api, path, runnerSchema);
    if (runner?.metadata.uid !== runnerUid) return { status: "never", reason: "runner-gone" };
    return toFound(runner.status);
  };
}

/**
 * Whoever may make pods can name any owner in them. A runner's own pod has the runner's name, which no second pod can have beside it.
 */
function findOwner({ metadata }: z.infer<typeof podObjectSchema>, podName: string) {
  return metadata.ownerReferences.find(
    ({ apiVersion, kind, name, controller }) =>
      controller && apiVersion.startsWith(GROUP) && kind === "EphemeralRunner" && name === podName,
  );
}

function toFound(status: RunnerStatus): FoundJob {
  const { jobRepositoryName: repository, jobWorkflowRef, jobDisplayName, workflowRunId } = status;
  if (repository === "" || workflowRunId === 0) return { status: "none-yet" };
  const { path, ref } = readWorkflowRef(jobWorkflowRef, repository);
  const ci: CiContext = {
    provider: "github-actions",
    repository,
    runId: String(workflowRunId),
    ...(jobDisplayName !== "" && { job: jobDisplayName }),
    ...(ref !== undefined && { ref }),
  };
  const facts = { workflowPath: path, workflowRef: jobWorkflowRef, runnerName: status.runnerName };
  return { status: "found", ci, facts };
}

/** Undefined: there is none. */
async function read<Value>(
  api: Pick<ClusterApi, "get">,
  path: string,
  schema: z.ZodType<Value>,
): Promise<Value | undefined> {
  const { status, json } = await api.get(path);
  if (status === 404) return undefined;
  if (status === 200) return schema.parse(json);
  throw new Error(`${path} answers with status ${status}`);
}
