import { standingPolicyRequestSchema, standingPolicySchema } from "../../../protocol/index.ts";
import type { StandingPolicies } from "../../policies/standing-policies.ts";
import { defineJsonRoute } from "../define-route.ts";
import { describeCaller } from "../describe-caller.ts";
import { readPolicyName } from "../read-policy-name.ts";
import type { Route } from "../route.ts";

/** 200 destinations of the greatest length. */
const MAX_BODY_BYTES = 98_304;

/** An admin's, as what is put in place of a policy may be laxer. */
export function createPutPolicyRoute(policies: Pick<StandingPolicies, "put">): Route {
  return defineJsonRoute({
    method: "PUT",
    path: "/v1/policies/{name}",
    role: "admin",
    isAudited: true,
    maxBodyBytes: MAX_BODY_BYTES,
    summary: "Set what every run of a kind is told to tighten when it starts.",
    parameters: { name: "The policy: lower-case letters, digits and dashes" },
    query: {},
    body: standingPolicyRequestSchema,
    answers: { 200: "The policy, which runs that start from now on are told" },
    json: { name: "Policy", schema: standingPolicySchema },
    refusals: ["too-fast", "storage-failed"],
    answer: async ({ caller, parameters, body }) => ({
      status: 200,
      json: await policies.put(readPolicyName(caller, parameters), describeCaller(caller), body),
    }),
  });
}
