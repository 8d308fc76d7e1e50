/** https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/ */
import { z } from "zod";

import type { NetworkPolicy } from "./cluster.ts";
import { metadataSchema } from "./metadata.ts";
import type { ObjectKind } from "./object-path.ts";

export const NETWORK_POLICY: ObjectKind = {
  under: "/apis/networking.k8s.io/v1",
  kinds: "networkpolicies",
};

/** What is allowed is only counted. */
const rulesSchema = z.array(z.unknown()).nullish();

export const networkPolicySchema = z
  .object({
    metadata: metadataSchema,
    spec: z.object({
      podSelector: z.object({
        matchLabels: z.record(z.string(), z.string()).nullish(),
        matchExpressions: z.array(z.unknown()).nullish(),
      }),
      policyTypes: z.array(z.string()).nullish(),
      ingress: rulesSchema,
      egress: rulesSchema,
    }),
  })
  .transform(({ metadata: { namespace, name, uid }, spec }): NetworkPolicy => {
    const { podSelector, policyTypes, ingress, egress } = spec;
    const isEmpty = [ingress, egress].every((rules) => (rules ?? []).length === 0);
    const isOfBoth = ["Ingress", "Egress"].every((type) => policyTypes?.includes(type));
    return {
      namespace,
      name,
      uid,
      isDenyAll: isEmpty && isOfBoth,
      labels: podSelector.matchLabels ?? {},
      hasExpressions: (podSelector.matchExpressions ?? []).length > 0,
    };
  });
