/** What is kept of a run whose agent is proven: what was proven counts, and what the agent says besides is kept as said. */
import type { CiContext, RunIdentity } from "../../protocol/index.ts";
import type { Proof } from "./verdict.ts";

const PROVABLE = [
  "provider",
  "repository",
  "workflow",
  "runId",
  "runAttempt",
  "ref",
  "sha",
  "actor",
] as const;

/** Of `said`, nothing but the job's name is taken over: no token of GitHub's says it. */
export function toProvenContext(
  proven: CiContext | null,
  said: CiContext | null,
): CiContext | null {
  if (proven === null || proven.job !== undefined || said?.job === undefined) return proven;
  return { ...proven, job: said.job };
}

export function toRunIdentity(
  { identity, ci }: Pick<Proof, "identity" | "ci">,
  said: CiContext | null,
): RunIdentity {
  return { ...identity, said, contradicts: findContradictions(ci, said) };
}

/** What one of them does not know contradicts nothing. */
function findContradictions(proven: CiContext | null, said: CiContext | null): string[] {
  if (proven === null || said === null) return [];
  return PROVABLE.filter((name) => {
    const [is, was] = [proven[name], said[name]];
    return is !== undefined && was !== undefined && is !== was;
  });
}
