import type { NewRun } from "../../stores/event-store.ts";

/**
 * Runs of one job share it, whatever happens in them. A record as JSON: no part can be mistaken for another. What was proven goes by
 * ids, which outlive names, and never shares a key with what somebody says.
 */
export function toJobKey({
  tenant,
  ci,
  identity,
}: Pick<NewRun, "tenant" | "ci" | "identity">): string {
  const { namespace, serviceAccount } = identity?.facts ?? {};
  // A pod whose job is not known: those of one service account are alike, and no others.
  if (ci === null && namespace !== undefined) {
    const { issuer } = identity ?? {};
    return JSON.stringify([tenant, issuer, null, null, null, namespace, serviceAccount]);
  }
  if (identity?.state === "known") {
    const { repositoryId, workflowPath } = identity.facts;
    const repository = repositoryId ?? ci?.repository;
    return JSON.stringify([tenant, identity.issuer, repository, workflowPath, ci?.job]);
  }
  return JSON.stringify([tenant, ci?.provider, ci?.repository, ci?.workflow, ci?.job]);
}
