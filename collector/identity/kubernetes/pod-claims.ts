/** Tokens of pods by the keys of their cluster, without asking it about each: a pod that is gone is known until its token expires. */
import { z } from "zod";

import type { KeySet } from "../key-set.ts";
import { createSignedProver } from "../signed-prover.ts";
import type { Prover, Verdict } from "../verdict.ts";
import { judgePod, type PodPolicy, podSchema } from "./pod.ts";

export interface PodClaimsOptions extends PodPolicy {
  readonly audience: string;
  readonly keys: KeySet;
}

/** What an API server can sign with. */
const ALGORITHMS = ["RS256", "ES256", "ES384", "ES512"];

const claimsSchema = z.object({
  "kubernetes.io": z.object({
    namespace: z.string(),
    pod: z.object({ name: z.string(), uid: z.string() }),
    serviceaccount: z.object({ name: z.string() }),
  }),
});

export function createPodClaims(options: PodClaimsOptions): Prover {
  return createSignedProver({
    ...options,
    algorithms: ALGORITHMS,
    withoutKeys: "the keys of the cluster cannot be had",
    judge: (payload) => judgeClaims(payload, options),
  });
}

function judgeClaims(payload: unknown, policy: PodPolicy): Verdict {
  const claims = claimsSchema.safeParse(payload).data?.["kubernetes.io"];
  const { data: pod } = podSchema.safeParse({
    ...claims?.pod,
    namespace: claims?.namespace,
    serviceAccount: claims?.serviceaccount.name,
  });
  if (pod !== undefined) return judgePod(pod, policy);
  return { status: "refused", reason: "malformed", message: "the token is of no pod" };
}
