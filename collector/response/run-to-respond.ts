/** A run as response looks at it: what can be ended, by what somebody else than its agent vouches for. */
import type { StoredRun } from "../stores/event-store.ts";
import type { PodOfRun, WorkflowRun } from "../stores/response-store.ts";

export interface RunToRespond {
  readonly tenant: string;
  readonly runId: string;
  /** As far as it is known; where it is not proven, as its agent says. */
  readonly repository: string | undefined;
  readonly isProven: boolean;
  /** The one that its cluster said it is of, when it began. An agent can name none. */
  readonly pod: PodOfRun | null;
  readonly workflowRun: WorkflowRun | null;
  /** Its guard has said goodbye. */
  readonly isOver: boolean;
}

const REPOSITORY = /^[A-Za-z0-9_.-]{1,100}\/[A-Za-z0-9_.-]{1,100}$/;
const NUMBER = /^\d{1,20}$/;

export function toRunToRespond(
  run: Pick<StoredRun, "id" | "tenant" | "ci" | "identity" | "state">,
): RunToRespond {
  const { identity, ci } = run;
  const isProven = identity !== null && ci !== null;
  return {
    tenant: run.tenant,
    runId: run.id,
    repository: ci?.repository,
    isProven,
    pod: findPod(run),
    workflowRun: isProven ? findWorkflowRun(identity.issuer, ci) : null,
    isOver: run.state === "over",
  };
}

function findPod({ identity }: Pick<StoredRun, "identity">): PodOfRun | null {
  if (identity?.kind !== "kubernetes") return null;
  const { namespace, podName: name, podUid: uid } = identity.facts;
  if (namespace === undefined || name === undefined || uid === undefined) return null;
  return { issuer: identity.issuer, namespace, name, uid };
}

/** Names become part of a path at GitHub. */
function findWorkflowRun(
  issuer: string,
  { provider, repository = "", runId = "" }: NonNullable<StoredRun["ci"]>,
): WorkflowRun | null {
  if (provider !== "github-actions" || !NUMBER.test(runId)) return null;
  const isName = REPOSITORY.test(repository) && !/(^|\/)\.{1,2}(\/|$)/.test(repository);
  return isName ? { issuer, repository, runId } : null;
}
