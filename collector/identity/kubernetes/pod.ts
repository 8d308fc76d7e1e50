/** A pod that a cluster vouches for. */
import { z } from "zod";

import { OBJECT_NAME } from "../../kubernetes/object-path.ts";
import type { Proof, Verdict } from "../verdict.ts";

const nameSchema = z.string().regex(OBJECT_NAME);

export const podSchema = z.object({
  namespace: nameSchema,
  name: nameSchema,
  uid: z.string().regex(/^[0-9a-f-]{36}$/),
  serviceAccount: nameSchema,
});
export type Pod = z.infer<typeof podSchema>;

export interface PodPolicy {
  readonly issuer: string;
  /** Tenants by namespace. */
  readonly tenants: Readonly<Record<string, string>>;
  /** Which job it has is found out later. */
  readonly hasJobs: boolean;
}

export function judgePod(pod: Pod, { issuer, tenants, hasJobs }: PodPolicy): Verdict {
  const tenant = Object.hasOwn(tenants, pod.namespace) ? tenants[pod.namespace] : undefined;
  if (tenant === undefined) {
    const message = `the namespace ${pod.namespace} has no tenant here`;
    return { status: "refused", reason: "tenant", message };
  }
  const facts = {
    namespace: pod.namespace,
    podName: pod.name,
    podUid: pod.uid,
    serviceAccount: pod.serviceAccount,
  };
  const state = hasJobs ? "waiting" : "known";
  const identity: Proof["identity"] = { kind: "kubernetes", issuer, state, facts };
  return { status: "proven", proof: { tenant, identity, ci: null, singleUse: null } };
}
