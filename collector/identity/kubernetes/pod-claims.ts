/** Tokens of pods by the keys of their cluster, without asking it about each: a pod that is gone is known until its token expires. */
import { z } from "zod";

import { readSigned } from "../json-web-token.ts";
import type { KeySet } from "../key-set.ts";
import type { Prover } from "../verdict.ts";
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
  const { issuer, audience, keys } = options;
  return {
    issuer,
    async prove(token, keyId) {
      const known = await keys.find(keyId);
      if (known === undefined) {
        return { status: "unavailable", message: "the keys of the cluster cannot be had" };
      }
      const read = await readSigned(token, known, { issuer, audience, algorithms: ALGORITHMS });
      if (read.status !== "signed") return read;
      const claims = claimsSchema.safeParse(read.payload).data?.["kubernetes.io"];
      const { data: pod } = podSchema.safeParse({
        ...claims?.pod,
        namespace: claims?.namespace,
        serviceAccount: claims?.serviceaccount.name,
      });
      if (pod !== undefined) return judgePod(pod, options);
      return { status: "refused", reason: "malformed", message: "the token is of no pod" };
    },
  };
}
