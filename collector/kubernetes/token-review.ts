/** https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-review-v1/ */
import { z } from "zod";

import type { TokenReview } from "./cluster.ts";

const NOBODY = { username: "", extra: {} };

export const TOKEN_REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews";

export const tokenReviewSchema = z
  .object({
    status: z.object({
      authenticated: z.boolean().default(false),
      audiences: z.array(z.string()).default([]),
      user: z
        .object({
          username: z.string().default(""),
          extra: z.record(z.string(), z.array(z.string())).default({}),
        })
        .default(NOBODY),
    }),
  })
  .transform(({ status }): TokenReview => {
    const { authenticated: isGood, audiences, user } = status;
    return { isGood, audiences, user };
  });

export function toTokenReview(token: string, audience: string) {
  const kinds = { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview" };
  return { ...kinds, spec: { token, audiences: [audience] } };
}
