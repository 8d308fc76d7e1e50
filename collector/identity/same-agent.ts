import type { StoredRun } from "../stores/event-store.ts";
import type { Proof } from "./verdict.ts";

/** Which repository, job or pod it is. What else is known of a run may have been found out later. */
const FACTS = ["repositoryId", "checkRunId", "podUid"];
const OF_CONTEXT = ["runId", "runAttempt"] as const;

/** Whether the run was begun by whoever this proves: a claim alone, which others may have come by, gets nobody a run's key. */
export function isSameAgent(
  { identity, ci }: Pick<StoredRun, "identity" | "ci">,
  proof: Proof | undefined,
): boolean {
  if (identity === null || proof === undefined) return identity === null && proof === undefined;
  const { kind, issuer, facts } = proof.identity;
  return (
    identity.kind === kind &&
    identity.issuer === issuer &&
    FACTS.every((name) => identity.facts[name] === facts[name]) &&
    // A pod's own job is none of what its token says.
    (proof.ci === null || OF_CONTEXT.every((name) => ci?.[name] === proof.ci?.[name]))
  );
}
