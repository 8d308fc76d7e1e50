/**
 * Tokens that GitHub issues to a job (https://docs.github.com/en/actions/reference/security/oidc). `sub` is not looked at: whoever
 * owns a repository decides what it holds.
 */
import { createHash } from "node:crypto";

import { z } from "zod";

import type { CiContext } from "../../protocol/index.ts";
import type { KeySet } from "./key-set.ts";
import { createSignedProver } from "./signed-prover.ts";
import type { Proof, Prover, Verdict } from "./verdict.ts";
import { readWorkflowRef } from "./workflow-ref.ts";

export interface GithubProverOptions {
  readonly issuer: string;
  readonly audience: string;
  /** Tenants by the id of a repository's owner, which outlives its name; undefined: each owner is a tenant of its own. */
  readonly tenants: Readonly<Record<string, string>> | undefined;
  readonly keys: KeySet;
}

/** What GitHub, its server and ghe.com say that they sign with. */
const ALGORITHMS = ["RS256"];
const MAX_TEXT = 1_024;
/** Over its end: a start that came in time may be slow to be read, and clocks are put back. */
const KEPT_AFTER_MS = 3_600_000;

const idSchema = z.string().regex(/^\d{1,20}$/);
const textSchema = z.string().min(1).max(MAX_TEXT);
const claimsSchema = z.object({
  jti: textSchema,
  exp: z.number(),
  repository: textSchema,
  repository_id: idSchema,
  repository_owner_id: idSchema,
  workflow: textSchema,
  workflow_ref: textSchema,
  run_id: idSchema,
  run_attempt: idSchema,
  ref: textSchema,
  ref_protected: z.enum(["true", "false"]).optional(),
  sha: textSchema,
  actor: textSchema,
  actor_id: idSchema.optional(),
  event_name: textSchema.optional(),
  environment: textSchema.optional(),
  job_workflow_ref: textSchema.optional(),
  runner_environment: textSchema.optional(),
  check_run_id: idSchema.optional(),
});
type Claims = z.infer<typeof claimsSchema>;

export function createGithubProver(options: GithubProverOptions): Prover {
  return createSignedProver({
    ...options,
    algorithms: ALGORITHMS,
    withoutKeys: "the issuer of the token cannot be asked",
    judge: (payload) => judgeClaims(payload, options),
  });
}

function judgeClaims(payload: unknown, options: GithubProverOptions): Verdict {
  const { data: claims, error } = claimsSchema.safeParse(payload);
  if (error !== undefined) {
    const name = error.issues[0]?.path.join(".") ?? "";
    const message = `the token does not say what is needed (${name})`;
    return { status: "refused", reason: "malformed", message };
  }
  const tenant = toTenant(options, claims.repository_owner_id);
  if (tenant === undefined) {
    const message = `owner ${claims.repository_owner_id} of the repository has no tenant here`;
    return { status: "refused", reason: "tenant", message };
  }
  return { status: "proven", proof: toProof(options.issuer, tenant, claims) };
}

/** Ids are unique for their issuer alone. */
function toTenant(
  { issuer, tenants }: Pick<GithubProverOptions, "issuer" | "tenants">,
  ownerId: string,
): string | undefined {
  if (tenants === undefined) return `${new URL(issuer).host}:${ownerId}`;
  return Object.hasOwn(tenants, ownerId) ? tenants[ownerId] : undefined;
}

function toProof(issuer: string, tenant: string, claims: Claims): Proof {
  const ci: CiContext = {
    provider: "github-actions",
    repository: claims.repository,
    workflow: claims.workflow,
    runId: claims.run_id,
    runAttempt: claims.run_attempt,
    ref: claims.ref,
    sha: claims.sha,
    actor: claims.actor,
  };
  const facts = {
    repositoryId: claims.repository_id,
    repositoryOwnerId: claims.repository_owner_id,
    workflowPath: readWorkflowRef(claims.workflow_ref, claims.repository).path,
    workflowRef: claims.workflow_ref,
    ...(claims.job_workflow_ref !== undefined && { jobWorkflowRef: claims.job_workflow_ref }),
    ...(claims.event_name !== undefined && { event: claims.event_name }),
    ...(claims.ref_protected !== undefined && { refProtected: claims.ref_protected }),
    ...(claims.environment !== undefined && { environment: claims.environment }),
    ...(claims.runner_environment !== undefined && {
      runnerEnvironment: claims.runner_environment,
    }),
    ...(claims.check_run_id !== undefined && { checkRunId: claims.check_run_id }),
    ...(claims.actor_id !== undefined && { actorId: claims.actor_id }),
  };
  const identity = { kind: "github-oidc", issuer, state: "known", facts } as const;
  const hash = createHash("sha256")
    .update(JSON.stringify([issuer, claims.jti]))
    .digest("hex");
  const until = Math.min(Math.ceil(claims.exp * 1_000) + KEPT_AFTER_MS, Number.MAX_SAFE_INTEGER);
  return { tenant, identity, ci, singleUse: { hash, until } };
}
