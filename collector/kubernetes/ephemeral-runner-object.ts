/** actions-runner-controller's own kind: apis/actions.github.com/v1alpha1/ephemeralrunner_types.go there. */
import { z } from "zod";

import type { EphemeralRunner, Owner, Pod } from "./cluster.ts";
import { metadataSchema } from "./metadata.ts";
import type { ObjectKind } from "./object-path.ts";

const RUNNER_GROUP = "actions.github.com/";

export const EPHEMERAL_RUNNER: ObjectKind = {
  under: `/apis/${RUNNER_GROUP}v1alpha1`,
  kinds: "ephemeralrunners",
};

const MAX_TEXT = 1_024;
const textSchema = z.string().max(MAX_TEXT).default("");

const jobSchema = z.object({
  jobRepositoryName: textSchema,
  jobWorkflowRef: textSchema,
  jobDisplayName: textSchema,
  workflowRunId: z.int().nonnegative().default(0),
  runnerName: textSchema,
});

export const ephemeralRunnerSchema = z
  .object({ metadata: metadataSchema, status: jobSchema.optional() })
  .transform(({ metadata, status }): EphemeralRunner => {
    const { namespace, name, uid, isEnding } = metadata;
    return {
      namespace,
      name,
      uid,
      isEnding,
      job: {
        repository: status?.jobRepositoryName ?? "",
        workflowRef: status?.jobWorkflowRef ?? "",
        displayName: status?.jobDisplayName ?? "",
        workflowRunId: status?.workflowRunId ?? 0,
        runnerName: status?.runnerName ?? "",
      },
    };
  });

/** Whoever may make pods can name any owner in them. A runner's own pod has the runner's name, which no second pod can have beside it. */
export function findRunnerOf({
  name: podName,
  owners,
}: Pick<Pod, "name" | "owners">): Owner | undefined {
  return owners.find(
    ({ apiVersion, kind, name, isController }) =>
      isController &&
      apiVersion.startsWith(RUNNER_GROUP) &&
      kind === "EphemeralRunner" &&
      name === podName,
  );
}
