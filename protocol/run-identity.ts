/** Who a run is of, where somebody else than its agent vouches for it. */
import { z } from "zod";

import { ciContextSchema } from "./ci-context.ts";

export const runIdentitySchema = z.object({
  /** How it was proven: by a token of GitHub's for this job, or by one of Kubernetes' for this pod. */
  kind: z.enum(["github-oidc", "kubernetes"]),
  /** Who vouches for it. */
  issuer: z.string(),
  /** Of a pod: which job it has is known later than that it runs. */
  state: z.enum(["known", "waiting"]),
  /** What was proven and is no part of a CI context, by its name: ids that outlive names. */
  facts: z.record(z.string(), z.string()),
  /** The CI context as the agent gave it. It proves nothing. */
  said: ciContextSchema.nullable(),
  /** Members of it that are not what was proven. */
  contradicts: z.array(z.string()),
});
export type RunIdentity = z.infer<typeof runIdentitySchema>;

/** What the key for a run's own token is made of (HKDF, RFC 5869), from the run's key and its name. */
export const RUN_TOKEN_KEY_INFO = "runner-guard run token 1";
const RUN_TOKEN_PREFIX = "rgrun";

/** With it an agent writes to its run, and does nothing else. `key` is what HKDF gives, in hexadecimal. */
export function toRunToken(runId: string, key: string): string {
  return `${RUN_TOKEN_PREFIX}.${runId}.${key}`;
}

const RUN_TOKEN = /^rgrun\.(?<runId>[0-9a-f-]{36})\.[0-9a-f]{64}$/;

/** Whose it says to be; undefined: it is no token of a run. */
export function readRunToken(token: string): string | undefined {
  return RUN_TOKEN.exec(token)?.groups?.["runId"];
}
