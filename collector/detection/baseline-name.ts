/** Which baseline a run is held against. */
import type { BaselineName, PupilRun } from "../stores/baseline-store.ts";
import { toBaselineKey } from "./model/baseline-key.ts";

type NamedRun = Pick<PupilRun, "tenant" | "ci" | "identity">;

/** Undefined: its job is not known. */
export function toBaselineName(run: NamedRun): BaselineName | undefined {
  const key = toBaselineKey(run);
  if (key === undefined) return undefined;
  const { tenant, repository, workflow, job } = key;
  // Of what nobody vouches for no run can be, whatever it says of itself; and an id is one of its issuer's.
  const issuer = run.identity?.issuer ?? null;
  return {
    tenant,
    key: JSON.stringify([tenant, issuer, repository, workflow, job]),
    repository: run.ci?.repository ?? repository,
    workflow: workflow === "" ? null : workflow,
    job,
  };
}
