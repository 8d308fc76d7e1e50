/** Which baseline a run belongs to. */
import type { CiContext, RunIdentity } from "../../../protocol/index.ts";
import { foldMatrix } from "./fold-matrix.ts";

export interface BaselineKey {
  readonly tenant: string;
  /** `id:1234` where it was proven: a repository that is renamed stays what it is, and a new one of its name is another. */
  readonly repository: string;
  /** A workflow's file where that was proven, else its name; empty: none is known. */
  readonly workflow: string;
  /** Without the leg of a matrix. */
  readonly job: string;
}

export interface KeyedRun {
  readonly tenant: string;
  readonly ci: CiContext | null;
  readonly identity?: RunIdentity | null;
}

/** Undefined: its job is not known, so there is nothing to compare it with. */
export function toBaselineKey({ tenant, ci, identity }: KeyedRun): BaselineKey | undefined {
  const facts = identity?.facts ?? {};
  const id = facts["repositoryId"];
  const repository = id === undefined ? ci?.repository : `id:${id}`;
  // GitHub's tokens have no name of a job: the agent says it, and it leads to no other repository's baseline.
  const job = ci?.job ?? identity?.said?.job;
  if (repository === undefined || job === undefined || foldMatrix(job) === "") return undefined;
  const workflow = facts["workflowPath"] ?? ci?.workflow ?? "";
  return { tenant, repository, workflow, job: foldMatrix(job) };
}
